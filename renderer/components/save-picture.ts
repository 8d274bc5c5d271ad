import type { NativeClient } from '#shared/contract/native';

/** What can be drawn of an SVG; most browsers refuse more. */
const largestSide = 16_000;

/** What a picture is drawn in. */
export interface PictureColours {
  page: string;
  pane: string;
  line: string;
  lineStrong: string;
  text: string;
  textDim: string;
  bad: string;
  warn: string;
}

/** Turns an SVG into a PNG of twice its size. Rejects when the picture can't be drawn. */
export async function rasterised(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(2, largestSide / Math.max(image.naturalWidth, image.naturalHeight, 1));
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(image.naturalWidth * scale);
    canvas.height = Math.ceil(image.naturalHeight * scale);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This window can not draw');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('The picture is too large');
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Asks where to and saves the picture under a name like this; null: the user chose no place. */
export async function savePicture(
  native: NativeClient,
  name: string,
  format: 'svg' | 'png',
  svg: string,
): Promise<string | null> {
  const saved = await native.dialog.saveFile({
    suggestedName: `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.${format}`,
    content: format === 'svg' ? svg : await rasterised(svg),
    filters: [{ name: format.toUpperCase(), extensions: [format] }],
  });
  return saved?.path ?? null;
}

/** The colours of the scheme that is on, as plain values: a file knows no variables. */
export function currentColours(): PictureColours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    page: read('--page'),
    pane: read('--pane'),
    line: read('--line'),
    lineStrong: read('--line-strong'),
    text: read('--text'),
    textDim: read('--text-dim'),
    bad: read('--state-bad'),
    warn: read('--state-warn'),
  };
}
