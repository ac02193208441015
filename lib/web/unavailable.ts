/**
 * Marks the current request: something that the portal needs for it is unavailable. The page, form or file is then
 * answered with 503 (bin/unavailable.mjs, which the web server loads first). `problem`: what the sender of a form
 * reads.
 */
export function answerUnavailable(problem?: string): void {
  (globalThis as { [MARK]?: (problem?: string) => void })[MARK]?.(problem);
}

const MARK = Symbol.for("psf.unavailable");
