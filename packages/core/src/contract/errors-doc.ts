import { ERROR_CODES } from './error-codes.ts';

/** The text of `docs/errors.md`; its test keeps the two equal. */
export function errorsDocument(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, { status, meaning }]) => `| \`${code}\` | ${status} | ${meaning} |`,
  );
  return `# Error codes

Every error of every path is an HTTP status and

    {"error": {"code": "rule_period_invalid", "message": "…", "field": "period", "hint": "…"}}

\`code\` is stable: programs may depend on it. \`message\` and \`hint\` are for people and may change. \`field\` is there when one
field is at fault; \`problems\` lists everything that is wrong when it is more than one thing. Samples are refused one by
one: their codes stand in \`errors\` of the answer, each with the sample's \`index\`, beside the counts of accepted and rejected.

This table is compared with the code by a test (\`packages/core/src/contract/errors-doc.test.ts\`; run vitest with \`-u\` to write it anew).

| code | status | meaning |
|---|---|---|
${rows.join('\n')}
`;
}
