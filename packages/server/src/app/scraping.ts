import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { SampleIntake } from '../ports/sample-intake.ts';
import { createAgent, fetchTarget } from '../scrape/fetch-target.ts';
import { scrapeTarget } from '../scrape/scrape-target.ts';
import { createScraper } from '../scrape/scraper.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { CloudbellOptions } from './options-table.ts';
import { version } from './version.ts';

/** Starts scraping what cloudbell.yaml names under `scrape:`. */
export function startScraping(deps: {
  readonly options: CloudbellOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ingest: Pick<SampleIntake, 'rows'>;
  readonly lifecycle: Lifecycle;
}): void {
  const { options, clock, logger, ingest, lifecycle } = deps;
  const { scrape: jobs, accountId: account } = options;
  if (jobs.length === 0) return;
  const userAgent = `Cloudbell/${version()}`;
  // One agent a job: a Map, because jobs share nothing but the code.
  const agents = new Map(jobs.map((job) => [job, createAgent(job)]));
  const scraper = createScraper({
    jobs,
    clock,
    scrape: (target, job, timestampMs) => {
      const agent = agents.get(job) ?? createAgent(job);
      const fetch = (): ReturnType<typeof fetchTarget> => fetchTarget(target, job, { agent, clock, userAgent });
      return scrapeTarget(target, job, { account, ingest, fetch, monoMs: () => clock.monoMs(), timestampMs });
    },
    // A query may hold a key; the path tells targets of one host apart.
    onTrouble: ({ host, pathname }, error) => {
      if (error === null) logger.info({ target: `${host}${pathname}` }, 'a target is scraped again');
      else logger.warn({ target: `${host}${pathname}`, err: error }, 'a target cannot be scraped');
    },
  });
  lifecycle.onStop('scraper', async () => {
    await scraper.stop();
    await Promise.all([...agents.values()].map((agent) => agent.destroy()));
  });
  scraper.start();
}
