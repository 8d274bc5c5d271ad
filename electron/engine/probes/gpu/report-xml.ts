import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { printable } from '#shared/domain/text';
import type { Report } from './report';

const lists = new Set(['gpu', 'mig_device', 'process_info']);
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  // Entities are decoded below, and only the five that nvidia-smi can mean: a document type may not define more.
  processEntities: false,
  ignoreDeclaration: true,
  // Callbacks get no path: building one per tag costs a tenth of the time.
  jPath: false,
  isArray: (name) => lists.has(name),
});

/** Reads the XML of `nvidia-smi -q -x`, whatever was printed around it. Null: not that, damaged or cut short. */
export function readXmlReport(text: string): Report | null {
  const start = text.indexOf('<nvidia_smi_log');
  const end = text.lastIndexOf('</nvidia_smi_log>');
  if (start < 0 || end < start) return null;
  const whole = text.slice(start, end + '</nvidia_smi_log>'.length);
  // A third of a document is indentation.
  const xml = escapeNames(withoutUnusedSections(whole)).replace(/>\s+</g, '><');
  try {
    if (XMLValidator.validate(xml) !== true) return null;
    const parsed: unknown = parser.parse(xml);
    const document = (xml.includes('&') ? decodeEntities(parsed) : parsed) as { nvidia_smi_log?: Report };
    return typeof document.nvidia_smi_log === 'object' ? document.nvidia_smi_log : null;
  } catch {
    // The parser throws on limits and reserved names, which no nvidia-smi prints.
    return null;
  }
}

/** Sections that no fact comes from: most of a document's tags, nearly all of them supported clocks. */
const unusedSections = [
  'supported_clocks',
  'inforom_bbx_flush',
  'gpu_operation_mode',
  'driver_model',
  'ibmnpu',
  'pci_bridge_chip',
  'power_profiles',
  'deferred_clocks',
  'voltage',
  'encoder_stats',
  'fbc_stats',
  'supported_gpu_target_temp',
  'clock_policy',
  'accounted_processes',
];

/** Visits each `<name>…</name>` once, in one pass whatever the text holds, and replaces it by what `edit` returns. */
function editElements(xml: string, name: string, edit: (inner: string) => string): string {
  const open = `<${name}>`;
  const close = `</${name}>`;
  let result = '';
  let from = 0;
  for (let start = xml.indexOf(open); start >= 0; start = xml.indexOf(open, from)) {
    const end = xml.indexOf(close, start);
    if (end < 0) break;
    result += xml.slice(from, start) + edit(xml.slice(start + open.length, end));
    from = end + close.length;
  }
  return result + xml.slice(from);
}

function withoutUnusedSections(xml: string): string {
  // A section that swallows the next GPU was never closed: it stays, and the document is refused as damaged.
  const cut = (name: string) => (inner: string) => (inner.includes('<gpu ') ? `<${name}>${inner}</${name}>` : '');
  return unusedSections.reduce((rest, name) => editElements(rest, name, cut(name)), xml);
}

/** Process names are command lines and are printed as they are: `a<b` and `x && y` would break the document. */
function escapeNames(xml: string): string {
  return editElements(xml, 'process_name', (name) => {
    const escaped = name
      .replace(/&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;');
    return `<process_name>${escaped}</process_name>`;
  });
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('&') ? decodeText(value) : value;
  if (Array.isArray(value)) return value.map(decodeEntities);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, decodeEntities(child)]));
}

function decodeText(text: string): string {
  return text.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g, (whole, name, decimal, hex) => {
    if (name) return entities[name] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code >= 0x20 && code <= 0x10ffff ? printable(String.fromCodePoint(code)) : whole;
  });
}
