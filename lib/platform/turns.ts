export type Turn = {
  /** The work is done, and the next begins; what came of it still counts. */
  isMade: () => void;
  /** Nothing is left of it. */
  end: () => void;
};

/** Does so much at once and lets others wait for their turn, up to a limit: work that would keep everybody waiting. */
export class Turns {
  readonly #atOnce: number;
  readonly #waitingMax: number;
  readonly #openMax: number;
  #working = 0;
  #open = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number, waitingMax: number, openMax: number) {
    this.#atOnce = atOnce;
    this.#waitingMax = waitingMax;
    this.#openMax = openMax;
  }

  /** Null where too many wait already. @throws where `signal` ends the waiting */
  async take(signal?: AbortSignal): Promise<Turn | null> {
    if (this.#open >= this.#openMax || this.#waiting.length >= this.#waitingMax) return null;
    this.#open++;
    if (this.#working < this.#atOnce) this.#working++;
    else await this.#wait(signal);
    let [isWorking, isOpen] = [true, true];
    const isMade = () => {
      if (isWorking) this.#next();
      isWorking = false;
    };
    const end = () => {
      isMade();
      if (isOpen) this.#open--;
      isOpen = false;
    };
    return { isMade, end };
  }

  /** Whoever ends hands their place to the first who waits. */
  #next(): void {
    const first = this.#waiting.shift();
    if (first) first();
    else this.#working--;
  }

  #wait(signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => {
      const index = this.#waiting.indexOf(begin);
      if (index < 0) return;
      this.#waiting.splice(index, 1);
      this.#open--;
      reject(signal?.reason);
    };
    const begin = () => {
      signal?.removeEventListener("abort", giveUp);
      resolve();
    };
    this.#waiting.push(begin);
    signal?.addEventListener("abort", giveUp, { once: true });
    return promise;
  }
}
