"""Import statements of Python sources as Python's own parser sees them: sources on stdin, statements on stdout, as JSON."""
import ast
import json
import sys


def walk(node, found, top):
    for field, value in ast.iter_fields(node):
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.Import):
                found.append(['import', 0, '', [a.name for a in item.names], top])
            elif isinstance(item, ast.ImportFrom):
                found.append(['from', item.level, item.module or '', [a.name for a in item.names], top])
            elif isinstance(item, ast.AST):
                walk(item, found, False)


answers = []
for source in json.load(sys.stdin):
    found = []
    walk(ast.parse(source.encode('latin-1')), found, True)
    answers.append(found)
json.dump(answers, sys.stdout)
