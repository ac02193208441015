/** The fund's mark: the sun on the horizon and two waves. */
export function WaveMark() {
  return (
    <svg width="30" height="30" viewBox="0 0 30 30" aria-hidden="true" focusable="false" fill="none">
      <circle cx="15" cy="15" r="14" stroke="#ffd23f" strokeWidth="2" />
      <path d="M3 18c4 0 4-3 8-3s4 3 8 3 4-3 8-3" stroke="#fff" strokeWidth="2.4" />
      <path d="M5 23c3.3 0 3.3-2.4 6.6-2.4s3.3 2.4 6.6 2.4 3.3-2.4 6.6-2.4" stroke="#1f9e94" strokeWidth="2.4" />
    </svg>
  );
}
