import { printable } from '#shared/domain/text';
import { AnsibleInventory, type AnsibleNote } from './inventory-model';
import { parseIni } from './parse-ini';
import { parseYaml } from './parse-yaml';
import { type AnsibleHost, resolveHosts } from './resolve-hosts';

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
export function readInventory(text: string, fileName = ''): ReadInventory {
  const clean = printable(text.replace(/^\uFEFF/, ''));
  const format = formatOf(clean, fileName);
  const inventory = readable(clean) ?? (format === 'yaml' ? parseYaml(clean) : parseIni(clean));
  const hosts = resolveHosts(inventory);
  if (hosts.length === 0 && inventory.notes.length === 0) inventory.note(null, 'empty');
  return { format, hosts, notes: [...inventory.notes].sort((one, other) => (one.line ?? 0) - (other.line ?? 0)) };
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
