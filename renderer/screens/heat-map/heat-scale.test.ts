import { expect, it } from 'vitest';
import { heatScales, scaleSteps, stepOf } from './heat-scale';

/** Relative luminance as WCAG has it, as the eye weighs it: L* of CIE. */
function lightnessOf(color: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.008856 ? 116 * Math.cbrt(luminance) - 16 : 903.3 * luminance;
}

it.each(['light', 'dark'] as const)('goes in even steps of lightness away from the %s page', (scheme) => {
  const lightness = heatScales[scheme].colors.map(lightnessOf);
  const steps = lightness.slice(1).map((value, index) => value - (lightness[index] ?? 0));
  const mean = ((lightness.at(-1) ?? 0) - (lightness[0] ?? 0)) / (scaleSteps - 1);
  expect(Math.abs(mean * (scaleSteps - 1))).toBeGreaterThan(55);
  expect(Math.sign(mean)).toBe(scheme === 'light' ? -1 : 1);
  for (const step of steps) expect(Math.abs(step / mean - 1)).toBeLessThan(0.75);
});

it('writes on every colour with a contrast of 4.5 at least', () => {
  const luminance = (color: string) => {
    const lightness = lightnessOf(color);
    return lightness > 8 ? ((lightness + 16) / 116) ** 3 : lightness / 903.3;
  };
  for (const { colors, inks } of Object.values(heatScales)) {
    for (const [index, color] of colors.entries()) {
      const [least = 0, most = 0] = [luminance(color), luminance(inks[index] ?? '')].sort((one, two) => one - two);
      expect((most + 0.05) / (least + 0.05), color).toBeGreaterThanOrEqual(4.5);
    }
  }
});

it('keeps what is beyond its ends at them, also where less is worse', () => {
  expect([-5, 0, 100, 250].map((value) => stepOf(value, [0, 100]))).toEqual([0, 0, 63, 63]);
  expect([80, 60, 0, -3].map((value) => stepOf(value, [60, 0]))).toEqual([0, 0, 63, 63]);
});
