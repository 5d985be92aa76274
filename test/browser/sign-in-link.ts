import type { CloudbellProcess } from '../end-to-end/cloudbell-process.ts';

/** The link that Cloudbell printed, as a person would read it off the terminal. */
export function signInLink(cloudbell: CloudbellProcess): string {
  const link = /https?:\/\/\S+\/signin\?token=\S+/.exec(cloudbell.output)?.[0];
  if (link === undefined) throw new Error(`no sign-in link was printed:\n${cloudbell.output}`);
  return link;
}
