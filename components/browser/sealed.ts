import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";

const NONCE_BYTES = 24;
/** The number of arguments that every browser accepts in one call. */
const PIECE = 8_192;

/** Encrypts text that the browser stores, so that nobody can read it without the key. `key`: 32 bytes in base64. */
export function seal(text: string, key: string): string {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = xchacha20poly1305(bytesOf(key), nonce).encrypt(new TextEncoder().encode(text));
  return textOf(nonce) + textOf(sealed);
}

/** Decrypts it; undefined where it was sealed under another key, or is not a sealed text. */
export function unseal(sealed: string, key: string): string | undefined {
  try {
    const start = (NONCE_BYTES / 3) * 4;
    const [nonce, bytes] = [bytesOf(sealed.slice(0, start)), bytesOf(sealed.slice(start))];
    return new TextDecoder().decode(xchacha20poly1305(bytesOf(key), nonce).decrypt(bytes));
  } catch {
    return undefined;
  }
}

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));

function textOf(bytes: Uint8Array): string {
  let signs = "";
  for (let start = 0; start < bytes.length; start += PIECE) {
    signs += String.fromCharCode(...bytes.subarray(start, start + PIECE));
  }
  return btoa(signs);
}
