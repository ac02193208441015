import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type GeoPermissibleObjects, geoCentroid, geoEqualEarth, geoPath } from "d3-geo";
import { scaleSqrt } from "d3-scale";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { Key } from "#components/ui/figures.tsx";
import type { ShareLine } from "#lib/budget/shares/rules.ts";
import { formatCents, shortCents } from "#lib/platform/money.ts";

/** The size of the map in its own units. It scales to the screen, but its text does not. */
const [WIDTH, HEIGHT] = [500, 330];
/** From west of Palau to east of French Polynesia, and from Guam to the south of New Zealand. */
const CORNERS = {
  type: "MultiPoint" as const,
  coordinates: [
    [131, 20],
    [-131, 20],
    [131, -49],
    [-131, -49],
  ],
};

/** The ISO 3166-1 numbers that the atlas uses, by place code. */
const NUMBERS: Record<string, string> = {
  AS: "016",
  CK: "184",
  FJ: "242",
  FM: "583",
  GU: "316",
  KI: "296",
  MH: "584",
  NC: "540",
  NR: "520",
  NU: "570",
  PF: "258",
  PG: "598",
  PW: "585",
  SB: "090",
  TO: "776",
  VU: "548",
  WF: "876",
  WS: "882",
};

/** Places too small for the atlas to have an outline: longitude and latitude. */
const UNDRAWN: Record<string, [number, number]> = { TK: [-171.8, -9.2], TV: [178.7, -7.8] };

type Spot = { x: number; y: number };
type Geography = { land: string; spots: ReadonlyMap<string, Spot> };

let prepared: Geography | undefined;

/** Read and projected once per process. Rotated so that the antimeridian is in the middle and cuts nothing. */
function geography(): Geography {
  prepared ??= prepare();
  return prepared;
}

function prepare(): Geography {
  const file = join(process.cwd(), "node_modules/world-atlas/countries-50m.json");
  const atlas = JSON.parse(readFileSync(file, "utf8")) as Topology<{ countries: GeometryCollection }>;
  const { features } = feature(atlas, atlas.objects.countries);
  const frame: [[number, number], [number, number]] = [
    [0, 0],
    [WIDTH, HEIGHT],
  ];
  const projection = geoEqualEarth().rotate([-180, 0]).fitExtent(frame, CORNERS).clipExtent(frame);
  const path = geoPath(projection).digits(0);
  const spotOf = (at: [number, number]): Spot => {
    const [x = 0, y = 0] = projection(at) ?? [];
    return { x, y };
  };
  const drawn = Object.entries(NUMBERS).flatMap(([code, id]) => {
    const found = features.find((one) => one.id === id);
    return found ? [[code, spotOf(geoCentroid(found))] as const] : [];
  });
  const undrawn = Object.entries(UNDRAWN).map(([code, at]) => [code, spotOf(at)] as const);
  return {
    land: features.map((one) => compact(path(one as GeoPermissibleObjects) ?? "")).join(""),
    spots: new Map([...drawn, ...undrawn]),
  };
}

/**
 * A path in whole numbers, as the browser gets it: relative moves, without points that repeat the one before and
 * without rings too small to see. This takes a third of the bytes.
 */
const compact = (path: string): string =>
  path
    .split("Z")
    .map((ring) =>
      ring
        .slice(1)
        .split("L")
        .filter((point, index, all) => point !== all[index - 1]),
    )
    .filter((points) => new Set(points).size > 3)
    .map(([first = "", ...rest]) => {
      let [x = 0, y = 0] = first.split(",").map(Number);
      const steps = rest.map((point) => {
        const [nextX = 0, nextY = 0] = point.split(",").map(Number);
        const step = `${nextX - x} ${nextY - y}`;
        [x, y] = [nextX, nextY];
        return step;
      });
      return `M${first}l${steps.join(" ").replaceAll(" -", "-")}z`;
    })
    .join("");

type Bubble = Spot & { line: ShareLine; radius: number };
type Side = "right" | "left" | "above" | "below";
type Named = Bubble & { side: Side };

/** What the size of a bubble shows. */
const sizeOf = ({ reservedCents, committedCents }: ShareLine): bigint => reservedCents + committedCents;

/** Largest first, so that small bubbles are drawn on top. */
function bubblesOf(lines: readonly ShareLine[]): Bubble[] {
  const { spots } = geography();
  const highest = lines.reduce((most, line) => (sizeOf(line) > most ? sizeOf(line) : most), 1n);
  const radius = scaleSqrt([0, Number(highest)], [0, 17]);
  return lines.flatMap((line) => {
    const spot = spots.get(line.code ?? "");
    return spot && sizeOf(line) > 0n ? { ...spot, line, radius: Math.max(3, radius(Number(sizeOf(line)))) } : [];
  });
}

type Box = { left: number; right: number; top: number; bottom: number };

const meet = (one: Box, other: Box): boolean =>
  one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;

const around = ({ x, y, radius }: Bubble): Box => ({
  left: x - radius,
  right: x + radius,
  top: y - radius,
  bottom: y + radius,
});

const SIDES: readonly Side[] = ["right", "left", "above", "below"];

/** A screen that the map is drawn for: its width, the width of a character and the height of a name, in pixels. */
type Screen = { width: number; letter: number; height: number };

/** On a phone only the name: the amount is in the table. */
const WIDE: Screen = { width: 860, letter: 7.2, height: 30 };
const NARROW: Screen = { width: 300, letter: 6.2, height: 13 };

/** Where a name would be placed, in the map's units. */
function boxOf({ x, y, radius, line }: Bubble, side: Side, screen: Screen): Box {
  const pixel = WIDTH / screen.width;
  const [width, height] = [line.name.length * screen.letter * pixel, screen.height * pixel];
  const [left, middle] = [x + radius + 5 * pixel, y - height / 2];
  const at: Record<Side, [number, number]> = {
    right: [left, middle],
    left: [x - radius - 5 * pixel - width, middle],
    above: [x - width / 2, y - radius - height],
    below: [x - width / 2, y + radius],
  };
  return { left: at[side][0], right: at[side][0] + width, top: at[side][1], bottom: at[side][1] + height };
}

/** This many of the largest are named even where the name covers smaller bubbles. */
const ALWAYS_NAMED = 3;

/** How much of one rectangle overlaps the other. */
const shared = (one: Box, other: Box): number =>
  (Math.min(one.right, other.right) - Math.max(one.left, other.left)) *
  (Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top));

/** A name for each bubble that has room for one, largest first; the table has all of them. */
function namesOn(bubbles: readonly Bubble[], screen: Screen): Named[] {
  const taken: Box[] = [];
  return bubbles.flatMap((bubble, rank) => {
    /** How much of other bubbles a name on that side would cover; infinite where it must not go there. */
    const covered = (side: Side): number => {
      const box = boxOf(bubble, side, screen);
      const isOut = box.left < 0 || box.right > WIDTH || taken.some((one) => meet(one, box));
      const met = bubbles.filter((other) => other !== bubble && meet(around(other), box));
      const isTooMuch = met.length > 0 && (rank >= ALWAYS_NAMED || met.some((other) => bubbles.indexOf(other) < rank));
      return isOut || isTooMuch
        ? Number.POSITIVE_INFINITY
        : met.reduce((sum, other) => sum + shared(around(other), box), 0);
    };
    const side = SIDES.reduce((best, one) => (covered(one) < covered(best) ? one : best));
    if (covered(side) === Number.POSITIVE_INFINITY) return [];
    taken.push(boxOf(bubble, side, screen));
    return { ...bubble, side };
  });
}

const across = (x: number): string => `${((x * 100) / WIDTH).toFixed(2)}%`;
const down = (y: number): string => `${((y * 100) / HEIGHT).toFixed(2)}%`;
/** A percentage radius in SVG refers to the diagonal divided by the square root of two. */
const DIAGONAL = Math.hypot(WIDTH, HEIGHT) / Math.SQRT2;
const round = (radius: number): string => `${((radius * 100) / DIAGONAL).toFixed(2)}%`;

/**
 * The Pacific with a bubble for each place. Its area shows what is committed (dark) and reserved (the ring around it).
 */
export function BudgetMap({ year, lines }: { year: string; lines: readonly ShareLine[] }) {
  const bubbles = bubblesOf(lines);
  const named = bubbles.slice(0, 3).map(({ line }) => `${line.name} ${formatCents(sizeOf(line))}`);
  const label = `Map of the Pacific: money committed and reserved in ${year} in ${bubbles.length} places${named.length ? `, most of it in ${named.join(", ")}` : ""}. The table below has every place.`;
  return (
    <figure>
      <svg className="app-chart budget-map" role="img" aria-label={label} width="100%">
        <svg
          aria-hidden="true"
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          width="100%"
          height="100%"
          preserveAspectRatio="none"
        >
          <path className="budget-land" d={geography().land} />
        </svg>
        {bubbles.map((bubble) => (
          <Circles key={bubble.line.code} {...bubble} />
        ))}
        <Names names={namesOn(bubbles, WIDE)} className="budget-wide" />
        <Names names={namesOn(bubbles, NARROW)} className="budget-narrow" hasNoAmounts />
      </svg>
      <figcaption>
        A bubble’s area is the place’s money: <Key colour="committed" />
        committed, <Key colour="reserved" />
        reserved. Outlines: Natural Earth.
      </figcaption>
    </figure>
  );
}

function Circles({ x, y, radius, line }: Bubble) {
  const committed = radius * Math.sqrt(Number(line.committedCents) / Number(sizeOf(line)));
  return (
    <>
      <circle className="app-colour-reserved budget-bubble" cx={across(x)} cy={down(y)} r={round(radius)} />
      {line.committedCents > 0n && (
        <circle className="app-colour-committed" cx={across(x)} cy={down(y)} r={round(committed)} />
      )}
    </>
  );
}

/** Where a name is placed at its bubble, in pixels from the bubble's edge. */
const SET: Record<Side, { anchor: "start" | "end" | "middle"; dx: number; dy: number }> = {
  right: { anchor: "start", dx: 5, dy: -2 },
  left: { anchor: "end", dx: -5, dy: -2 },
  above: { anchor: "middle", dx: 0, dy: -18 },
  below: { anchor: "middle", dx: 0, dy: 13 },
};

/** How far below that edge a one-line name starts. */
const ALONE: Record<Side, number> = { right: 4, left: 4, above: -4, below: 11 };

type NamesProps = { names: readonly Named[]; className: string; hasNoAmounts?: boolean };

function Names({ names, className, hasNoAmounts = false }: NamesProps) {
  return (
    <g className={`budget-halo ${className}`}>
      {names.map(({ x, y, radius, line, side }) => {
        const { anchor, dx, ...set } = SET[side];
        const dy = hasNoAmounts ? ALONE[side] : set.dy;
        const aside = { right: radius, left: -radius, above: 0, below: 0 }[side];
        const level = { right: 0, left: 0, above: -radius, below: radius }[side];
        const at = { x: across(x + aside), y: down(y + level), dx, textAnchor: anchor };
        return (
          <g key={line.code}>
            <text className="app-chart-strong" {...at} dy={dy}>
              {line.name}
            </text>
            {!hasNoAmounts && (
              <text {...at} dy={dy + 14}>
                {shortCents(sizeOf(line))}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
