import { printable } from '#shared/domain/text';
import { AnsibleInventory, type AnsibleNote } from './inventory-model';
import { parseIni } from './parse-ini';
import { parseYaml, readVariables } from './parse-yaml';
import { type AnsibleHost, resolveHosts } from './resolve-hosts';
import type { VariableFile } from './variable-files';

export const inventoryFormats = ['ini', 'yaml'] as const;
export type InventoryFormat = (typeof inventoryFormats)[number];

export interface ReadInventory {
  readonly format: InventoryFormat;
  readonly hosts: readonly AnsibleHost[];
  readonly notes: readonly AnsibleNote[];
}

/**
 * Reads an Ansible inventory. Nothing in it is run or looked up: not templates, not vaults, not scripts. Pure and total: any
 * text gives hosts, or notes that say why not.
 */
export function readInventory(text: string, fileName = '', files: readonly VariableFile[] = []): ReadInventory {
  const clean = printable(text.replace(/^\uFEFF/, ''));
  const format = formatOf(clean, fileName);
  const inventory = readable(clean) ?? (format === 'yaml' ? parseYaml(clean) : parseIni(clean));
  readFiles(inventory, files);
  const hosts = resolveHosts(inventory);
  if (hosts.length === 0 && inventory.notes.length === 0) inventory.note(null, 'empty');
  return { format, hosts, notes: [...inventory.notes].sort(byPlace) };
}

/** Takes what files say of the groups and hosts that there are. */
function readFiles(inventory: AnsibleInventory, files: readonly VariableFile[]): void {
  // Every host is in it, whether it is written or not.
  if (files.length > 0) inventory.group('all');
  for (const { of, name, file, read } of files) {
    const into = of === 'group' ? inventory.groups.get(name)?.fileVariables : inventory.hosts.get(name)?.variables;
    if (!into) continue;
    inventory.file = file;
    const text = read();
    if (text === null) inventory.note(null, 'unreadable');
    else if (text.startsWith('$ANSIBLE_VAULT')) inventory.note(null, 'isVault');
    else readVariables(printable(text.replace(/^\uFEFF/, '')), inventory, into);
  }
  inventory.file = undefined;
}

/** A note in place of what is no inventory file at all. */
function readable(text: string): AnsibleInventory | null {
  const inventory = new AnsibleInventory();
  if (text.startsWith('#!')) inventory.note(1, 'isScript');
  else if (text.startsWith('$ANSIBLE_VAULT')) inventory.note(1, 'isVault');
  else return null;
  return inventory;
}

/** By its name where that tells, else by the first line that says something: YAML begins with `---`, `{` or `name:`. */
function formatOf(text: string, fileName: string): InventoryFormat {
  if (/\.(?:ya?ml|json)$/i.test(fileName)) return 'yaml';
  if (/\.(?:ini|cfg)$/i.test(fileName)) return 'ini';
  const line = /^(?!\s*(?:[#;].*)?$).*$/m.exec(text.slice(0, 100_000))?.[0] ?? '';
  return /^(?:---|\{|["']?[\w.-]+["']?:(?:\s|$))/.test(line) ? 'yaml' : 'ini';
}

/** The inventory itself first, then file by file. */
function byPlace(one: AnsibleNote, other: AnsibleNote): number {
  const [file = '', otherFile = ''] = [one.file, other.file];
  return file === otherFile ? (one.line ?? 0) - (other.line ?? 0) : file < otherFile ? -1 : 1;
}
