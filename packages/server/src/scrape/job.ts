/** What `scrape:` in cloudbell.yaml says, checked, with files read. */
export interface ScrapeJob {
  /** The label `job`. */
  readonly name: string;
  readonly namespace: string;
  /** Full URLs, with path. */
  readonly targets: readonly URL[];
  readonly intervalMs: number;
  /** From the start of a scrape to the end of its body; at most the interval. */
  readonly timeoutMs: number;
  /** Of one target's answer, decompressed. */
  readonly bodyBytesMax: number;
  /** For every series, beside `job` and `instance`. */
  readonly labels: Readonly<Record<string, string>>;
  /** The Authorization header; null without credentials. */
  readonly authorization: string | null;
  /** True: the labels and timestamps that a target gives win over ours. */
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  readonly tls: ScrapeTls;
}

export interface ScrapeTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  /** False: any certificate will do. */
  readonly isVerified: boolean;
}
