/** A part of the portal that runs by itself, such as the database server. */
export type Part = { ended: Promise<string>; stop(): Promise<void> };

const RESTARTS_MAX = 5;
const WITHIN_MS = 60_000;

/**
 * Keeps a part running: starts it again when it ends by itself, and gives up with one line when that happens too often.
 * `start` throws when the part does not come up.
 */
export async function supervise(
  name: string,
  start: () => Promise<Part>,
  giveUp: (line: string) => void,
): Promise<Part> {
  let part = await start();
  let isStopping = false;
  const watch = async () => {
    const endings: number[] = [];
    while (!isStopping) {
      const how = await part.ended;
      if (isStopping) return;
      const now = Date.now();
      endings.push(now);
      if (endings.filter((at) => now - at < WITHIN_MS).length > RESTARTS_MAX) {
        giveUp(`${name} ended ${RESTARTS_MAX + 1} times in a minute (${how}).`);
        return;
      }
      console.error(`${name} ended (${how}): starting it again.`);
      part = await start();
      if (isStopping) await part.stop();
    }
  };
  const watching = watch().catch((error: Error) => {
    if (!isStopping) giveUp(`${name} ended and did not start again: ${error.message}`);
  });
  return {
    ended: watching.then(() => "given up"),
    async stop() {
      isStopping = true;
      await part.stop();
      await watching;
    },
  };
}
