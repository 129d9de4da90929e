"""Validates argument specifications with ansible-core itself: cases on stdin, answers on stdout, as JSON."""
import json
import sys

sys.path = [p for p in sys.path if p not in ('', '.')]
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

answers = []
for case in json.load(sys.stdin):
    rules = case.get('rules', {})
    try:
        result = ArgumentSpecValidator(case['spec'], **rules).validate(case['parameters'])
        answers.append({'errors': result.error_messages, 'parameters': result.validated_parameters})
    except Exception as error:
        answers.append({'raises': str(error)})
json.dump(answers, sys.stdout)
