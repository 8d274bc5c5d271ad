// Draws the icon from one list of shapes: `node build/icons/draw.mjs` writes icon.svg and icon.png beside itself.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';

const sizePx = 1024;

/**
 * A gantry crane that holds a chip: rounded rectangles, in order of drawing.
 * @type {{ x: number, y: number, width: number, height: number, radius: number, color: string }[]}
 */
const shapes = [
  { x: 64, y: 64, width: 896, height: 896, radius: 200, color: '#14324a' },
  { x: 192, y: 272, width: 640, height: 88, radius: 24, color: '#f2f6f9' },
  { x: 232, y: 272, width: 72, height: 500, radius: 24, color: '#f2f6f9' },
  { x: 720, y: 272, width: 72, height: 500, radius: 24, color: '#f2f6f9' },
  { x: 184, y: 728, width: 168, height: 64, radius: 24, color: '#f2f6f9' },
  { x: 672, y: 728, width: 168, height: 64, radius: 24, color: '#f2f6f9' },
  { x: 440, y: 224, width: 144, height: 64, radius: 20, color: '#35b6a6' },
  { x: 500, y: 280, width: 24, height: 200, radius: 0, color: '#35b6a6' },
  ...[468, 508, 548].map((x) => ({ x: x - 8, y: 444, width: 24, height: 252, radius: 10, color: '#35b6a6' })),
  ...[524, 564, 604].map((y) => ({ x: 388, y: y - 8, width: 248, height: 24, radius: 10, color: '#35b6a6' })),
  { x: 416, y: 476, width: 192, height: 192, radius: 28, color: '#35b6a6' },
  { x: 460, y: 520, width: 104, height: 104, radius: 14, color: '#14324a' },
];

const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${sizePx} ${sizePx}">
  <title>Gantry</title>
${shapes.map((s) => `  <rect x="${s.x}" y="${s.y}" width="${s.width}" height="${s.height}" rx="${s.radius}" fill="${s.color}"/>`).join('\n')}
</svg>
`;

/**
 * How much of a pixel a shape covers, 0 to 1, from the signed distance to its edge.
 * @param {typeof shapes[number]} shape
 * @param {number} x
 * @param {number} y
 */
function coverage(shape, x, y) {
  const dx = Math.abs(x - shape.x - shape.width / 2) - shape.width / 2 + shape.radius;
  const dy = Math.abs(y - shape.y - shape.height / 2) - shape.height / 2 + shape.radius;
  const distance = Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - shape.radius;
  return Math.min(1, Math.max(0, 0.5 - distance));
}

function pixels() {
  const rows = Buffer.alloc(sizePx * (1 + sizePx * 4));
  for (let y = 0; y < sizePx; y += 1) {
    for (let x = 0; x < sizePx; x += 1) {
      let color = [0, 0, 0];
      let alpha = 0;
      for (const shape of shapes) {
        const cover = coverage(shape, x + 0.5, y + 0.5);
        if (cover === 0) continue;
        const paint = [1, 3, 5].map((at) => Number.parseInt(shape.color.slice(at, at + 2), 16));
        const nextAlpha = cover + alpha * (1 - cover);
        color = color.map((old, i) => ((paint[i] ?? 0) * cover + old * alpha * (1 - cover)) / nextAlpha);
        alpha = nextAlpha;
      }
      rows.set([...color.map(Math.round), Math.round(alpha * 255)], y * (1 + sizePx * 4) + 1 + x * 4);
    }
  }
  return rows;
}

/** @param {Buffer} bytes */
function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

const header = Buffer.alloc(13);
header.writeUInt32BE(sizePx, 0);
header.writeUInt32BE(sizePx, 4);
header.set([8, 6, 0, 0, 0], 8); // 8 bits a channel, RGBA

const png = Buffer.concat([
  Buffer.from('89504e470d0a1a0a', 'hex'),
  chunk('IHDR', header),
  chunk('IDAT', deflateSync(pixels(), { level: 9 })),
  chunk('IEND', Buffer.alloc(0)),
]);
writeFileSync(path.join(import.meta.dirname, 'icon.svg'), svg);
writeFileSync(path.join(import.meta.dirname, 'icon.png'), png);
