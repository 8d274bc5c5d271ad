import { useComputedColorScheme } from '@mantine/core';
import { useLayoutEffect, useState } from 'react';
import type { HeatPalette } from './heat-painter';
import { heatScales } from './heat-scale';

function read(scheme: 'light' | 'dark'): HeatPalette {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  return {
    page: color('--page'),
    pane: color('--pane'),
    line: color('--line-strong'),
    text: color('--text'),
    dim: color('--text-dim'),
    warn: color('--state-warn'),
    bad: color('--state-bad'),
    font: getComputedStyle(document.body).fontFamily,
    scale: heatScales[scheme],
  };
}

/** A canvas knows no variables of a style sheet: what they are in the scheme that is on. */
export function useHeatPalette(): HeatPalette {
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const [palette, setPalette] = useState(() => read(scheme));
  // The page takes the scheme on with the same change, after this has rendered.
  useLayoutEffect(() => setPalette(read(scheme)), [scheme]);
  return palette;
}
