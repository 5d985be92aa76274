/** `${NAME}`; with one more `$` in front it stands for itself. */
const PLACEHOLDER = /\$(\$?)\{([A-Za-z_]\w*)\}/g;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Puts values of the environment in the place of `${NAME}` in every text within `value`, so that secrets need not stand
 * in files. What is put in is a text whatever it says. `missing` is told the path and the name of what is not set.
 */
export function substitute(
  value: unknown,
  env: Environment,
  missing: (path: string, name: string) => void,
  path = '',
): unknown {
  if (typeof value === 'string') {
    return value.replace(PLACEHOLDER, (whole, escaping: string, name: string) => {
      if (escaping !== '') return whole.slice(1);
      // Empty is not set: `export SECRET=` is how people unset one.
      if (!env[name]) missing(path, name);
      return env[name] ?? '';
    });
  }
  if (Array.isArray(value)) return value.map((each, index) => substitute(each, env, missing, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return value;
  const inside = (name: string): string => (path === '' ? name : `${path}.${name}`);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, substitute(each, env, missing, inside(name))]),
  );
}

/** The opposite: every text such that {@link substitute} leaves it as it is now. */
export function escapePlaceholders(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\$\{[A-Za-z_]\w*\}/g, (found) => `$${found}`);
  if (Array.isArray(value)) return value.map(escapePlaceholders);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, escapePlaceholders(each)]));
}
