// Preloaded into the web server: reduces x-forwarded-for to the one address that a request came from. A sender can
// write anything into that header, so only what the proxies in front have added counts; TRUST_PROXY says how many there
// are.
import { subscribe } from "node:diagnostics_channel";

const proxies = Number(process.env.TRUST_PROXY || 0);

subscribe("http.server.request.start", ({ request }) => {
  request.headers["x-forwarded-for"] = addressOf(
    request.headers["x-forwarded-for"] ?? "",
    request.socket.remoteAddress ?? "unknown",
    proxies,
  );
});

/** Each proxy appends the address that its request came from; the last one sends the request to us. */
export function addressOf(forwarded, socketAddress, proxyCount) {
  const all = [...forwarded.split(","), socketAddress].map((part) => part.trim()).filter(Boolean);
  return (all.at(-1 - proxyCount) ?? all[0]).replace(/^::ffff:/, "").slice(0, 60);
}
