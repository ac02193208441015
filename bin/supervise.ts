import { setTimeout as pause } from "node:timers/promises";

/** A part of the portal that runs on its own, such as the database server. */
export type Part = { ended: Promise<string>; stop(): Promise<void> };

/** If a part ends again within the first limit, the next start waits longer, up to the second limit. */
const OFTEN_MS = 60_000;
const PAUSE_MS_MAX = 10_000;

/**
 * Keeps a part running: restarts it whenever it ends or fails to start, for as long as the portal runs. One part that
 * is down must not take the others with it: they answer, and say what is missing.
 * @throws where the part does not start the first time
 */
export async function supervise(name: string, start: () => Promise<Part>): Promise<Part> {
  const stopping = new AbortController();
  let part = await start();
  const watching = (async () => {
    let endings: number[] = [];
    while (!stopping.signal.aborted) {
      const how = await part.ended;
      if (stopping.signal.aborted) return;
      console.error(`${name} ended (${how}): starting it again.`);
      for (let isUp = false; !isUp && !stopping.signal.aborted; ) {
        endings = [...endings, Date.now()].filter((at) => Date.now() - at < OFTEN_MS);
        await rest(endings.length, stopping.signal);
        isUp = await start().then(
          (next) => {
            part = next;
            return true;
          },
          (error: Error) => {
            if (!stopping.signal.aborted) console.error(`${name} did not start again: ${error.message}`);
            return false;
          },
        );
      }
      if (stopping.signal.aborted) await part.stop();
    }
  })();
  return {
    ended: watching.then(() => "stopped"),
    async stop() {
      stopping.abort();
      await part.stop();
      await watching;
    },
  };
}

/** The first restart is immediate; each further one within a minute waits twice as long as the one before. */
async function rest(endings: number, signal: AbortSignal): Promise<void> {
  if (endings <= 1) return;
  await pause(Math.min(250 * 2 ** (endings - 2), PAUSE_MS_MAX), undefined, { signal }).catch(() => {});
}
