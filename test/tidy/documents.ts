import type { Finding, Tree } from './tree.ts';

const ENTRY = /^- \[(CHANGE|FEATURE|ENHANCEMENT|BUGFIX)\] \S.*\.$/;
const HEADING = /^## (Unreleased|\d+\.\d+\.\d+ \/ \d{4}-\d{2}-\d{2})$/;

/** `# Changelog`, then versions, then one line per change with its kind and a full stop. */
export function changelog(tree: Tree): Finding[] {
  const file = 'CHANGELOG.md';
  const text = tree.byPath.get(file)?.text;
  if (text === undefined) return [{ file, line: 1, message: 'there is none; write one' }];
  let hasHeading = false;
  return text.split('\n').flatMap((line, index): Finding[] => {
    const at = { file, line: index + 1 };
    if (index === 0) return line === '# Changelog' ? [] : [{ ...at, message: 'the first line is "# Changelog"' }];
    if (line === '') return [];
    if (line.startsWith('#')) {
      hasHeading = true;
      if (HEADING.test(line)) return [];
      return [{ ...at, message: 'a heading is "## Unreleased" or "## 1.2.3 / 2026-01-31"' }];
    }
    if (hasHeading && ENTRY.test(line)) return [];
    return [
      {
        ...at,
        message:
          'an entry is one line, "- [FEATURE] what changed for the user."; kinds CHANGE FEATURE ENHANCEMENT BUGFIX',
      },
    ];
  });
}

/** An address in a lock file would tie every install to the registry of whoever wrote it; integrity hashes stay. */
export function lockFile(tree: Tree): Finding[] {
  return ['package-lock.json', 'scripts/browser/package-lock.json'].flatMap((file) =>
    (tree.byPath.get(file)?.text ?? '').split('\n').flatMap((line, index): Finding[] => {
      if (!/"resolved": "(https?|git|ssh)/.test(line)) return [];
      return [{ file, line: index + 1, message: 'a registry address; remove "resolved" and keep "integrity"' }];
    }),
  );
}
