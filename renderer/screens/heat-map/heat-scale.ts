/*
 * The colours of the map. From the page towards what stands out from it: pale to deep by day, deep to pale by night. The
 * way goes straight through OKLab-like lightness with an even step, so that equal differences look equal, also to who sees
 * no difference of hues; blue to green keeps clear of the red and amber of states.
 */

type Scheme = 'light' | 'dark';
type Stop = readonly [lightness: number, chroma: number, hue: number];

export const scaleSteps = 64;

const ends: Readonly<Record<Scheme, readonly [Stop, Stop]>> = {
  light: [
    [0.95, 0.03, 165],
    [0.33, 0.11, 265],
  ],
  dark: [
    [0.3, 0.07, 270],
    [0.93, 0.09, 165],
  ],
};

export interface HeatScale {
  /** From the low end to the high one. */
  readonly colors: readonly string[];
  /** What is written on each of them. */
  readonly inks: readonly string[];
}

function makeScale(scheme: Scheme): HeatScale {
  const [from, to] = ends[scheme];
  const points = Array.from({ length: scaleSteps }, (_, index): Stop => {
    const share = index / (scaleSteps - 1);
    const mix = (at: 0 | 1 | 2) => from[at] + share * (to[at] - from[at]);
    return [mix(0), mix(1), mix(2)];
  });
  return {
    colors: points.map((point) => cssOf(toRgb(point))),
    // At this luminance black and white are equally well read.
    inks: points.map((point) => (luminanceOf(toLinear(point)) > 0.179 ? '#000000' : '#ffffff')),
  };
}

export const heatScales: Readonly<Record<Scheme, HeatScale>> = { light: makeScale('light'), dark: makeScale('dark') };

/** Which step of the scale a value falls on; what is beyond an end has its colour. */
export function stepOf(value: number, [from, to]: readonly [number, number]): number {
  const share = to === from ? 0 : (value - from) / (to - from);
  return Math.round(Math.min(1, Math.max(0, share)) * (scaleSteps - 1));
}

/** OKLCH to linear sRGB (Björn Ottosson, "A perceptual color space for image processing"). */
function toLinear([lightness, chroma, hue]: Stop): readonly number[] {
  const angle = (hue * Math.PI) / 180;
  const a = chroma * Math.cos(angle);
  const b = chroma * Math.sin(angle);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => Math.min(1, Math.max(0, part)));
}

function luminanceOf([red = 0, green = 0, blue = 0]: readonly number[]): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 0 to 255. */
function toRgb(point: Stop): readonly number[] {
  return toLinear(point).map((part) =>
    Math.round(255 * (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055)),
  );
}

function cssOf(rgb: readonly number[]): string {
  return `#${rgb.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
