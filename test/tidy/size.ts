import { Visitor } from 'oxc-parser';
import { type Finding, isContract, isTest, lineAt, type Tree, type TreeFile } from './tree.ts';

const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;
const MEASURED = /\.(ts|tsx|js|mjs|css|html|sql)$/;

export function fileSize(tree: Tree): Finding[] {
  return tree.files.flatMap((file) => {
    const lines = file.text.split('\n').length - (file.text.endsWith('\n') ? 1 : 0);
    if (!MEASURED.test(file.path) || lines <= FILE_LINES_MAX) return [];
    const message = `${lines} lines, at most ${FILE_LINES_MAX}; split it where a second subject begins`;
    return [{ file: file.path, line: FILE_LINES_MAX + 1, message }];
  });
}

/** Functions of tests and contract suites may be as long as their story. */
export function functionSize(tree: Tree): Finding[] {
  return tree.files.filter((file) => !isTest(file.path) && !isContract(file.path)).flatMap(longFunctions);
}

function longFunctions(file: TreeFile): Finding[] {
  if (file.code === null) return [];
  const findings: Finding[] = [];
  const measure = (node: { readonly start: number; readonly end: number }): void => {
    const line = lineAt(file.text, node.start);
    const lines = lineAt(file.text, node.end) - line + 1;
    if (lines <= FUNCTION_LINES_MAX) return;
    const message = `a function of ${lines} lines, at most ${FUNCTION_LINES_MAX}; give its steps names of their own`;
    findings.push({ file: file.path, line, message });
  };
  new Visitor({
    FunctionDeclaration: measure,
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
  }).visit(file.code.program);
  return findings;
}
