/** Room around what is drawn, in pixels: axes and their words. One for all charts, so that they stand below each other. */
export const plotMargin = { top: 6, right: 12, bottom: 20, left: 72 };
