// The syntax tree: nunjucks nodes of our own kinds, shaped as jinja2/nodes.py shapes them. `lineno` counts from 1,
// `colno` is the offset in the source. The order of `fields` is the order in which names are looked up.

import nunjucks, { type NunjucksNode } from 'nunjucks/src/nodes.js'
import type { Value } from '../../python/index.js'

interface Base extends NunjucksNode {
  readonly lineno: number
}
export interface NameNode extends Base {
  readonly typename: 'Name'
  readonly name: string
  ctx: 'load' | 'store' | 'param'
}
export interface NamespaceRefNode extends Base {
  readonly typename: 'NSRef'
  readonly name: string
  readonly attr: string
}
export interface ConstNode extends Base {
  readonly typename: 'Const'
  readonly value: Value
}
export interface TemplateDataNode extends Base {
  readonly typename: 'TemplateData'
  readonly data: string
}
export interface TupleNode extends Base {
  readonly typename: 'Tuple'
  readonly items: readonly Expression[]
}
export interface ListNode extends Base {
  readonly typename: 'List'
  readonly items: readonly Expression[]
}
export interface PairNode extends Base {
  readonly typename: 'Pair'
  readonly key: Expression
  readonly value: Expression
}
export interface DictNode extends Base {
  readonly typename: 'Dict'
  readonly items: readonly PairNode[]
}
export interface CondExprNode extends Base {
  readonly typename: 'CondExpr'
  readonly test: Expression
  readonly then: Expression
  readonly otherwise: Expression | null
}
export interface KeywordNode extends Base {
  readonly typename: 'Keyword'
  readonly key: string
  readonly value: Expression
}
export interface CallArguments {
  readonly args: readonly Expression[]
  readonly kwargs: readonly KeywordNode[]
  readonly dynArgs: Expression | null
  readonly dynKwargs: Expression | null
}
export interface FilterNode extends Base, CallArguments {
  readonly typename: 'Filter'
  /** null in a filter block and a set block: the block's text. */
  readonly node: Expression | null
  readonly name: string
}
export interface TestNode extends Base, CallArguments {
  readonly typename: 'Test'
  readonly node: Expression
  readonly name: string
}
export interface CallNode extends Base, CallArguments {
  readonly typename: 'Call'
  readonly node: Expression
}
export interface GetitemNode extends Base {
  readonly typename: 'Getitem'
  readonly node: Expression
  readonly arg: Expression
}
export interface GetattrNode extends Base {
  readonly typename: 'Getattr'
  readonly node: Expression
  readonly attr: string
}
export interface SliceNode extends Base {
  readonly typename: 'Slice'
  readonly start: Expression | null
  readonly stop: Expression | null
  readonly step: Expression | null
}
export interface ConcatNode extends Base {
  readonly typename: 'Concat'
  readonly nodes: readonly Expression[]
}
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in'
export interface OperandNode extends Base {
  readonly typename: 'Operand'
  readonly op: ComparisonOperator
  readonly expr: Expression
}
export interface CompareNode extends Base {
  readonly typename: 'Compare'
  readonly expr: Expression
  readonly ops: readonly OperandNode[]
}
export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**'
export interface BinaryNode extends Base {
  readonly typename: 'Binary'
  readonly op: BinaryOperator | 'and' | 'or'
  readonly left: Expression
  readonly right: Expression
}
export interface UnaryNode extends Base {
  readonly typename: 'Unary'
  readonly op: 'not' | '-' | '+'
  readonly node: Expression
}
export type Expression =
  | NameNode
  | NamespaceRefNode
  | ConstNode
  | TemplateDataNode
  | TupleNode
  | ListNode
  | DictNode
  | CondExprNode
  | FilterNode
  | TestNode
  | CallNode
  | GetitemNode
  | GetattrNode
  | SliceNode
  | ConcatNode
  | CompareNode
  | BinaryNode
  | UnaryNode
/** What may stand left of `=`. */
export type Target = NameNode | NamespaceRefNode | TupleNode

export interface OutputNode extends Base {
  readonly typename: 'Output'
  readonly nodes: readonly Expression[]
}
export interface ForNode extends Base {
  readonly typename: 'For'
  readonly target: Target
  readonly iter: Expression
  readonly body: readonly Statement[]
  readonly otherwise: readonly Statement[]
  readonly test: Expression | null
  readonly recursive: boolean
}
export interface IfNode extends Base {
  readonly typename: 'If'
  readonly test: Expression
  readonly body: readonly Statement[]
  readonly elifs: readonly IfNode[]
  readonly otherwise: readonly Statement[]
}
export interface WithNode extends Base {
  readonly typename: 'With'
  readonly targets: readonly Target[]
  readonly values: readonly Expression[]
  readonly body: readonly Statement[]
}
export interface AutoescapeNode extends Base {
  readonly typename: 'Autoescape'
  readonly value: Expression
  readonly body: readonly Statement[]
}
export interface BlockNode extends Base {
  readonly typename: 'Block'
  readonly name: string
  readonly body: readonly Statement[]
  readonly scoped: boolean
  readonly required: boolean
}
export interface ExtendsNode extends Base {
  readonly typename: 'Extends'
  readonly template: Expression
}
export interface IncludeNode extends Base {
  readonly typename: 'Include'
  readonly template: Expression
  readonly withContext: boolean
  readonly ignoreMissing: boolean
}
export interface ImportNode extends Base {
  readonly typename: 'Import'
  readonly template: Expression
  readonly target: string
  readonly withContext: boolean
}
export interface FromImportNode extends Base {
  readonly typename: 'FromImport'
  readonly template: Expression
  /** Name in the other template, name here. */
  readonly names: readonly (readonly [string, string])[]
  readonly withContext: boolean
}
export interface AssignNode extends Base {
  readonly typename: 'Assign'
  readonly target: Target
  readonly node: Expression
}
export interface AssignBlockNode extends Base {
  readonly typename: 'AssignBlock'
  readonly target: Target
  readonly filter: FilterNode | null
  readonly body: readonly Statement[]
}
export interface MacroNode extends Base {
  readonly typename: 'Macro'
  readonly name: string
  readonly args: readonly NameNode[]
  readonly defaults: readonly Expression[]
  readonly body: readonly Statement[]
}
export interface CallBlockNode extends Base {
  readonly typename: 'CallBlock'
  readonly call: CallNode
  readonly args: readonly NameNode[]
  readonly defaults: readonly Expression[]
  readonly body: readonly Statement[]
}
export interface FilterBlockNode extends Base {
  readonly typename: 'FilterBlock'
  readonly body: readonly Statement[]
  readonly filter: FilterNode
}
export interface ExprStmtNode extends Base {
  readonly typename: 'ExprStmt'
  readonly node: Expression
}
export interface BreakNode extends Base {
  readonly typename: 'Break'
}
export interface ContinueNode extends Base {
  readonly typename: 'Continue'
}
export type Statement =
  | OutputNode
  | ForNode
  | IfNode
  | WithNode
  | AutoescapeNode
  | BlockNode
  | ExtendsNode
  | IncludeNode
  | ImportNode
  | FromImportNode
  | AssignNode
  | AssignBlockNode
  | MacroNode
  | CallBlockNode
  | FilterBlockNode
  | ExprStmtNode
  | BreakNode
  | ContinueNode
export type AnyNode = Expression | Statement | PairNode | KeywordNode | OperandNode

type Fields<N extends Base> = Omit<N, keyof NunjucksNode>

/** A constructor of one kind of node, made with nunjucks' own node classes. */
function define<N extends AnyNode>(typename: N['typename'], ...fields: (keyof Fields<N> & string)[]) {
  const NodeClass = nunjucks.Node.extend(typename, { fields })
  return (place: { lineno: number; colno: number }, values: Fields<N>): N =>
    new NodeClass(
      place.lineno,
      place.colno,
      ...fields.map(field => (values as Record<string, unknown>)[field]),
    ) as unknown as N
}

export const node = {
  name: define<NameNode>('Name', 'name', 'ctx'),
  namespaceRef: define<NamespaceRefNode>('NSRef', 'name', 'attr'),
  const: define<ConstNode>('Const', 'value'),
  templateData: define<TemplateDataNode>('TemplateData', 'data'),
  tuple: define<TupleNode>('Tuple', 'items'),
  list: define<ListNode>('List', 'items'),
  pair: define<PairNode>('Pair', 'key', 'value'),
  dict: define<DictNode>('Dict', 'items'),
  condExpr: define<CondExprNode>('CondExpr', 'test', 'then', 'otherwise'),
  keyword: define<KeywordNode>('Keyword', 'key', 'value'),
  filter: define<FilterNode>('Filter', 'node', 'name', 'args', 'kwargs', 'dynArgs', 'dynKwargs'),
  test: define<TestNode>('Test', 'node', 'name', 'args', 'kwargs', 'dynArgs', 'dynKwargs'),
  call: define<CallNode>('Call', 'node', 'args', 'kwargs', 'dynArgs', 'dynKwargs'),
  getitem: define<GetitemNode>('Getitem', 'node', 'arg'),
  getattr: define<GetattrNode>('Getattr', 'node', 'attr'),
  slice: define<SliceNode>('Slice', 'start', 'stop', 'step'),
  concat: define<ConcatNode>('Concat', 'nodes'),
  operand: define<OperandNode>('Operand', 'op', 'expr'),
  compare: define<CompareNode>('Compare', 'expr', 'ops'),
  binary: define<BinaryNode>('Binary', 'op', 'left', 'right'),
  unary: define<UnaryNode>('Unary', 'op', 'node'),
  output: define<OutputNode>('Output', 'nodes'),
  for: define<ForNode>('For', 'target', 'iter', 'body', 'otherwise', 'test', 'recursive'),
  if: define<IfNode>('If', 'test', 'body', 'elifs', 'otherwise'),
  with: define<WithNode>('With', 'targets', 'values', 'body'),
  autoescape: define<AutoescapeNode>('Autoescape', 'value', 'body'),
  block: define<BlockNode>('Block', 'name', 'body', 'scoped', 'required'),
  extends: define<ExtendsNode>('Extends', 'template'),
  include: define<IncludeNode>('Include', 'template', 'withContext', 'ignoreMissing'),
  import: define<ImportNode>('Import', 'template', 'target', 'withContext'),
  fromImport: define<FromImportNode>('FromImport', 'template', 'names', 'withContext'),
  assign: define<AssignNode>('Assign', 'target', 'node'),
  assignBlock: define<AssignBlockNode>('AssignBlock', 'target', 'filter', 'body'),
  macro: define<MacroNode>('Macro', 'name', 'args', 'defaults', 'body'),
  callBlock: define<CallBlockNode>('CallBlock', 'call', 'args', 'defaults', 'body'),
  filterBlock: define<FilterBlockNode>('FilterBlock', 'body', 'filter'),
  exprStmt: define<ExprStmtNode>('ExprStmt', 'node'),
  break: define<BreakNode>('Break'),
  continue: define<ContinueNode>('Continue'),
}

const isNode = (value: unknown): value is AnyNode => value instanceof nunjucks.Node

/** Calls `visit` with the nodes directly below one, in field order. */
export function forEachChild(parent: AnyNode, visit: (child: AnyNode) => void): void {
  const record = parent as unknown as Record<string, unknown>
  for (const field of parent.fields) {
    const value = record[field]
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) {
      for (const each of value) if (isNode(each)) visit(each)
    } else if (isNode(value)) visit(value)
  }
}

/** Visits every node below some nodes, themselves included; `visit` says false to leave out what is inside one. */
export function walk(nodes: readonly AnyNode[], visit: (node: AnyNode) => boolean | undefined): void {
  const step = (node: AnyNode): void => {
    if (visit(node) !== false) forEachChild(node, step)
  }
  nodes.forEach(step)
}
