import { expandHosts } from './host-ranges';
import { AnsibleInventory, type AnsibleVariable } from './inventory-model';
import { splitWords } from './split-words';

/**
 * An inventory in Ansible's INI format:
 *   [gpu]
 *   gpu[01:16] ansible_user=ops
 *   [cluster:children]
 *   gpu
 *   [cluster:vars]
 *   ansible_port = 2222
 * Hosts before the first group belong to none. Total: what makes no sense is a note with its line.
 */
export function parseIni(text: string): AnsibleInventory {
  const inventory = new AnsibleInventory();
  let group = 'ungrouped';
  let section: 'hosts' | 'children' | 'vars' | null = 'hosts';
  for (const [index, source] of text.split(/\r\n|\r|\n/).entries()) {
    const line = index + 1;
    const content = source.slice(0, 8192).trim();
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    const head = /^\[([^\]:\s]+)(?::(\w+))?\]\s*(?:[#;].*)?$/.exec(content);
    // A range of hosts may begin a line as well: `[a:c]node`.
    if (head && (head[2] === undefined || /^(?:hosts|children|vars)$/.test(head[2]) || !/^\[[^\]]*\]./.test(content))) {
      const [, name = '', kind = 'hosts'] = head;
      section = kind === 'hosts' || kind === 'children' || kind === 'vars' ? kind : null;
      group = name;
      if (section === null) inventory.note(line, 'unknownSection', { section: content });
      else inventory.group(name);
    } else if (section === 'hosts') readHosts(inventory, group, content, line);
    else if (section === 'children') readChild(inventory, group, content, line);
    else if (section === 'vars') readVariable(inventory, group, content, line);
  }
  return inventory;
}

function readHosts(inventory: AnsibleInventory, group: string, content: string, line: number): void {
  const words = splitWords(content, { comments: true });
  if (words === null) {
    inventory.note(line, 'openQuote');
    return;
  }
  const [pattern = '', ...rest] = words;
  if (pattern === '') return;
  // `db-[99:101]:5309`: a port of its own, but not one of the colons of a range or of IPv6.
  const ported = /^([^:]*(?:\[[^\]]*\][^:[]*)*):(\d{1,5})$/.exec(pattern);
  const names = expandHosts(ported?.[1] ?? pattern);
  if (names === null) {
    inventory.note(line, 'badRange', { pattern });
    return;
  }
  const variables = new Map<string, AnsibleVariable>();
  if (ported) variables.set('ansible_port', { value: ported[2] ?? '', line });
  for (const word of rest) {
    const at = word.indexOf('=');
    if (at < 1) inventory.note(line, 'notAVariable', { text: word });
    else variables.set(word.slice(0, at), { value: word.slice(at + 1), line });
  }
  for (const name of names) {
    if (!inventory.addHost(name, group, line)) {
      inventory.note(line, 'tooManyHosts');
      return;
    }
    const own = inventory.hosts.get(name)?.variables;
    for (const [key, value] of variables) own?.set(key, value);
  }
}

function readChild(inventory: AnsibleInventory, group: string, content: string, line: number): void {
  const [name = '', ...rest] = splitWords(content, { comments: true }) ?? [];
  if (name === '' || rest.length > 0) {
    inventory.note(line, 'badChild', { text: content });
    return;
  }
  inventory.group(group).children.add(name);
}

function readVariable(inventory: AnsibleInventory, group: string, content: string, line: number): void {
  const match = /^([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(content);
  if (!match) {
    inventory.note(line, 'notAVariable', { text: content });
    return;
  }
  const written = match[2] ?? '';
  // Ansible reads it as a Python literal: behind a quoted text or a number a comment may follow, in other texts it is text.
  const literal = /^(["'])(.*)\1\s*(?:#.*)?$/.exec(written)?.[2] ?? /^(-?\d[\d.]*)\s*#/.exec(written)?.[1];
  inventory.group(group).variables.set(match[1] ?? '', { value: literal ?? written, line });
}
