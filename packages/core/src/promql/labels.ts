import type { Series } from '../metric/series.ts';

/** What a series is told apart by in PromQL: its dimensions, its metric's name, and maybe its namespace. */
export type Labels = Readonly<Record<string, string>>;

/** The metric's name among its labels. */
export const NAME_LABEL = '__name__';
/** Cloudbell's namespace, which Prometheus does not have. */
export const NAMESPACE_LABEL = '__namespace__';
/** Where remote write and scrapes put samples: its series have the labels that Prometheus would give them, and no other. */
export const PLAIN_NAMESPACE = 'prometheus';

/** A label that is absent has the value ''. */
export const labelOf = (labels: Labels, name: string): string =>
  (Object.hasOwn(labels, name) ? labels[name] : '') ?? '';

/** Of a series, as whoever asks sees it: within one namespace, or in all of them, and then each says where it is. */
export function labelsOf({ namespace, metricName, dimensions }: Series, isWithinNamespace: boolean): Labels {
  const isPlain = isWithinNamespace || namespace === PLAIN_NAMESPACE;
  return { ...dimensions, [NAME_LABEL]: metricName, ...(isPlain ? {} : { [NAMESPACE_LABEL]: namespace }) };
}

export function withoutName(labels: Labels): Labels {
  const { [NAME_LABEL]: _, ...rest } = labels;
  return rest;
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1);

/** As JSON, names in order: identifies a set of labels, sorts them, and is what an answer says. */
export const labelsText = (labels: Labels): string =>
  `{${Object.entries(labels)
    .sort(byName)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .join(',')}}`;
