import { LIVE_MS } from './client.ts';

/**
 * Loads the code of a page. While Cloudbell does not answer, this waits, and what is seen stays: the router would load the
 * whole console anew, from nowhere. What fails though Cloudbell had just answered (it was updated, and has other code now)
 * is thrown, and loading anew is the cure.
 */
export async function loadPage<Module>(load: () => Promise<Module>): Promise<Module> {
  for (let hasAnswered = false; ; ) {
    try {
      return await load();
    } catch (thrown) {
      if (hasAnswered) throw thrown;
      hasAnswered = await answers();
      if (!hasAnswered) await new Promise((resolve) => setTimeout(resolve, LIVE_MS));
    }
  }
}

const answers = (): Promise<boolean> =>
  fetch('/healthz', { cache: 'no-store' }).then(
    () => true,
    () => false,
  );
