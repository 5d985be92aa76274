import type { Clock } from '../base/clock.ts';
import { sha256Hex } from '../base/digest.ts';
import { CloudbellError } from '../base/errors.ts';
import type { Credentials, UserStore } from '../ports/user-store.ts';
import { NOBODYS_HASH } from './secret-hash.ts';
import { judgeTry, neighbourhoodOf, type ThrottleRule } from './throttle.ts';

/** A person mistypes a few times; after that it is two guesses a minute. */
const PER_USER: ThrottleRule = { burst: 5, leakMs: 30_000 };
/** Over all names: an office behind one address signs in on a Monday morning. */
const PER_ADDRESS: ThrottleRule = { burst: 30, leakMs: 4_000 };
const REMEMBERED_MAX = 10_000;
/** Checks at once, each 16 MiB and 50 ms of a core: more are turned away, not queued for the thread pool. */
const CHECKS_MAX = 8;

export interface Guess {
  readonly account: string;
  readonly user: string;
  readonly password: string;
  /** Where the request came from. */
  readonly address: string;
}

export interface PasswordsDeps {
  readonly users: Pick<UserStore, 'credentials'>;
  readonly clock: Clock;
  /** The costly check, {@link ./secret-hash.ts}. */
  readonly isSecret: (secret: string, secretHash: string) => Promise<boolean>;
}

/**
 * Checks passwords. A guess counts against (user, address) and against the address before it is tried, so that many at
 * once get no further than many in a row; a right one is taken back. A name that nobody has costs what a wrong password
 * costs. Nothing counts against a user from everywhere: else anybody could lock anybody out.
 */
export class Passwords {
  readonly #deps: PasswordsDeps;
  /** Who guessed → when that is forgotten, monotonic ms. */
  readonly #perUser = new Map<string, number>();
  readonly #perAddress = new Map<string, number>();
  #checks = 0;

  constructor(deps: PasswordsDeps) {
    this.#deps = deps;
  }

  /**
   * The user's credentials; null when name or password are wrong or the user is disabled. Rejects with
   * {@link Throttled} or `credentials_busy`.
   */
  async check(guess: Guess): Promise<Credentials | null> {
    const address = neighbourhoodOf(guess.address);
    const user = sha256Hex(JSON.stringify([guess.account, guess.user, address]));
    this.#count(user, address);
    const found = await this.#try(guess);
    if (found !== null) {
      this.#perUser.delete(user);
      const forgottenAt = this.#perAddress.get(address);
      if (forgottenAt !== undefined) remember(this.#perAddress, address, forgottenAt - PER_ADDRESS.leakMs);
    }
    return found;
  }

  /** Counts against both, or against none and throws. */
  #count(user: string, address: string): void {
    const now = this.#deps.clock.monoMs();
    const byUser = judgeTry(this.#perUser.get(user), PER_USER, now);
    const byAddress = judgeTry(this.#perAddress.get(address), PER_ADDRESS, now);
    if ('forgottenAt' in byUser && 'forgottenAt' in byAddress) {
      remember(this.#perUser, user, byUser.forgottenAt);
      remember(this.#perAddress, address, byAddress.forgottenAt);
      return;
    }
    const waits = [byUser, byAddress].map((verdict) => ('waitMs' in verdict ? verdict.waitMs : 0));
    throw new Throttled(Math.ceil(Math.max(...waits) / 1000));
  }

  async #try({ account, user, password }: Guess): Promise<Credentials | null> {
    if (this.#checks >= CHECKS_MAX) {
      throw new CloudbellError('credentials_busy', { message: 'Too many credentials are being checked at once.' });
    }
    this.#checks += 1;
    try {
      const stored = await this.#deps.users.credentials(account, user);
      const isRight = await this.#deps.isSecret(password, stored?.passwordHash ?? NOBODYS_HASH);
      return isRight && stored?.user.enabled === true ? stored : null;
    } finally {
      this.#checks -= 1;
    }
  }
}

export class Throttled extends CloudbellError {
  readonly retryAfterS: number;

  constructor(retryAfterS: number) {
    super('sign_in_throttled', {
      message: `Too many wrong passwords. Try again in ${retryAfterS} s.`,
      hint: 'Wait that long. A forgotten password is set anew by an admin; the sign-in link that a start prints works without one.',
    });
    this.retryAfterS = retryAfterS;
  }
}

/** The one that was not seen for longest goes; whoever has filled all this has met the limit of the address before. */
function remember(guessers: Map<string, number>, who: string, forgottenAt: number): void {
  guessers.delete(who);
  const oldest = guessers.size >= REMEMBERED_MAX ? guessers.keys().next().value : undefined;
  if (oldest !== undefined) guessers.delete(oldest);
  guessers.set(who, forgottenAt);
}
