/** The sun on the horizon with the sea before it. Purely decorative. */
export function Horizon() {
  return (
    <svg
      className="home-horizon"
      viewBox="0 0 1440 260"
      preserveAspectRatio="xMaxYMax slice"
      aria-hidden="true"
      focusable="false"
    >
      <g className="home-sun" fill="none">
        <circle cx="1130" cy="128" r="66" />
        <circle cx="1130" cy="128" r="92" />
        <circle cx="1130" cy="128" r="118" />
      </g>
      {WAVES.map(({ className, y, length, height }) => (
        <path key={className} className={className} d={wave(y, length, height)} />
      ))}
    </svg>
  );
}

const WAVES = [
  { className: "home-wave-1", y: 120, length: 480, height: 18 },
  { className: "home-wave-2", y: 156, length: 360, height: 16 },
  { className: "home-wave-3", y: 192, length: 288, height: 14 },
  { className: "home-wave-4", y: 230, length: 240, height: 12 },
];

const WIDTH = 1440;

/** The outline of a body of water: a crest of waves of that length, in the picture's own units. */
function wave(y: number, length: number, height: number): string {
  const half = length / 2;
  let line = `M${-half} ${y}`;
  for (let x = -half; x < WIDTH + length; x += length) {
    line += `q${half / 2} ${-height} ${half} 0t${half} 0`;
  }
  return `${line}V260H${-half}Z`;
}
