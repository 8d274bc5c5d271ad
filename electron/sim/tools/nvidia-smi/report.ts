import type { SimGpu } from '../../model/gpu';
import type { NodeModel } from '../../model/node-model';
import { gpuEntries } from './document';
import type { Entry, Section } from './entry';
import { driverBranch, readGpu, reportTime } from './reading';

const LOST = 'GPU is lost';
/** What the driver still knows of a lost card: its own tables, not the device. */
const KNOWN_WHEN_LOST = new Set([
  'product_name',
  'product_brand',
  'product_architecture',
  'uuid',
  'minor_number',
  'pci',
]);

function entriesOf(model: NodeModel, gpu: SimGpu): readonly Entry[] {
  const entries = gpuEntries(model, readGpu(model, gpu));
  if (!gpu.isLost) return entries;
  const lose = (each: Entry): Entry => {
    if (KNOWN_WHEN_LOST.has(each.tag)) return each;
    return { ...each, value: typeof each.value === 'string' ? LOST : each.value.map(lose) };
  };
  return entries
    .filter((each) => each.tag !== 'supported_clocks')
    .map((each) => (each.tag === 'processes' ? { ...each, value: LOST } : lose(each)));
}

/** `nvidia-smi -q -x`. */
export function renderXml(model: NodeModel, gpus: readonly SimGpu[]): string {
  const version = driverBranch(model) >= 580 ? 'v13' : 'v12';
  let text = `<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_${version}.dtd">\n<nvidia_smi_log>\n`;
  text += `\t<timestamp>${reportTime(model)}</timestamp>\n`;
  text += `\t<driver_version>${model.profile.driverVersion}</driver_version>\n`;
  text += `\t<cuda_version>${model.profile.cudaVersion}</cuda_version>\n`;
  text += `\t<attached_gpus>${model.gpus.length}</attached_gpus>\n`;
  for (const gpu of gpus) {
    text += `\t<gpu id="${gpu.slot.busId}">\n${xmlOf(entriesOf(model, gpu), 2)}\t</gpu>\n\n`;
  }
  return `${text}</nvidia_smi_log>\n`;
}

function xmlOf(entries: readonly Entry[], depth: number): string {
  const indent = '\t'.repeat(depth);
  let text = '';
  for (const { tag, value, only } of entries) {
    if (only === 'text') continue;
    if (tag === 'mig_devices' && value === 'None') text += `${indent}<${tag}>\n${indent}\tNone\n${indent}</${tag}>\n`;
    else if (typeof value === 'string') text += `${indent}<${tag}>${escapeXml(value)}</${tag}>\n`;
    else text += `${indent}<${tag}>\n${xmlOf(value, depth + 1)}${indent}</${tag}>\n`;
  }
  return text;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const HEX_IN_TEXT = new Set([
  'pci_bus',
  'pci_device',
  'pci_domain',
  'pci_base_class',
  'pci_sub_class',
  'pci_device_id',
  'pci_sub_system_id',
]);

/** `nvidia-smi -q`, whole or only the sections that `-d` names. */
export function renderText(model: NodeModel, gpus: readonly SimGpu[], sections: readonly Section[] | null): string {
  const width = driverBranch(model) >= 580 ? 51 : 42;
  const field = (label: string, value: string): string => `${label.padEnd(width)}: ${value}\n`;
  let text = '\n==============NVSMI LOG==============\n\n';
  text += field('Timestamp', reportTime(model));
  text += field('Driver Version', model.profile.driverVersion ?? '');
  text += field('CUDA Version', model.profile.cudaVersion ?? '');
  text += `\n${field('Attached GPUs', String(model.gpus.length))}`;
  for (const gpu of gpus) {
    const entries = entriesOf(model, gpu).filter(
      (each) => !sections || (each.section && sections.includes(each.section)),
    );
    text += `GPU ${gpu.slot.busId}\n${textOf(entries, 1, field)}\n`;
  }
  return text;
}

function textOf(entries: readonly Entry[], depth: number, field: (label: string, value: string) => string): string {
  const indent = '    '.repeat(depth);
  let text = '';
  for (const { tag, label, value, only } of entries) {
    if (only === 'xml') continue;
    if (tag === 'process_info' && typeof value !== 'string') text += textOf(value, depth, field);
    else if (typeof value === 'string') text += field(indent + label, HEX_IN_TEXT.has(tag) ? `0x${value}` : value);
    else if (value.length === 0) text += field(indent + label, 'None');
    else text += `${indent}${label}\n${textOf(value, depth + 1, field)}`;
  }
  return text;
}
