import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { expandHosts } from './host-ranges';
import { AnsibleInventory, type AnsibleVariable } from './inventory-model';

/** Groups within groups; no inventory goes near it, and one that contains itself by an anchor would not end. */
const maxDepth = 30;
/** What is read at most, so that anchors can't multiply a small file into a large one. */
const maxEntries = 50_000;

/**
 * An inventory in Ansible's YAML format: groups by name at the top, each with `hosts`, `vars` and `children`. JSON is YAML too,
 * and what `ansible-inventory --list` prints is told by its `_meta`. Total.
 */
export function parseYaml(text: string): AnsibleInventory {
  const inventory = new AnsibleInventory();
  const reader = readerOf(text, inventory);
  if (!reader) return inventory;
  const entries = reader.entries(reader.contents);
  if (entries === null) inventory.note(1, 'notAnInventory');
  else if (entries.some(({ name }) => name === '_meta')) reader.readList(entries);
  else for (const { name, node, line } of entries) reader.readGroup(name, node, line, 0);
  return inventory;
}

/** Reads a file of variables, names with values, into those of a group or host. Total. */
export function readVariables(text: string, inventory: AnsibleInventory, into: Map<string, AnsibleVariable>): void {
  const reader = readerOf(text, inventory);
  reader?.readVariables({ name: inventory.file ?? '', node: reader.contents, line: 1 }, into);
}

function readerOf(text: string, inventory: AnsibleInventory): YamlReader | null {
  const lines = new LineCounter();
  let document: Document.Parsed;
  try {
    // `!vault` and the like stay the text that they are.
    document = parseDocument(text, { lineCounter: lines, logLevel: 'silent', merge: true, uniqueKeys: false });
  } catch (error) {
    inventory.note(null, 'badYaml', { detail: error instanceof Error ? error.message.slice(0, 200) : '' });
    return null;
  }
  const [problem] = document.errors;
  if (!problem) return new YamlReader(inventory, document, lines);
  const line = lines.linePos(problem.pos[0]).line;
  inventory.note(line, 'badYaml', { detail: (problem.message.split('\n')[0] ?? '').slice(0, 200) });
  return null;
}

interface Entry {
  readonly name: string;
  readonly node: unknown;
  readonly line: number;
}

class YamlReader {
  #left = maxEntries;

  constructor(
    private readonly inventory: AnsibleInventory,
    private readonly document: Document.Parsed,
    private readonly lines: LineCounter,
  ) {}

  get contents(): unknown {
    return this.document.contents;
  }

  /** The entries of a map, none of nothing; null of anything else. */
  entries(node: unknown): Entry[] | null {
    const real = this.#real(node);
    if (real === null || real === undefined || (isScalar(real) && (real.value === null || real.value === '')))
      return [];
    if (!isMap(real)) return null;
    this.#left -= real.items.length;
    if (this.#left < 0) return [];
    return real.items.map(({ key, value }) => ({
      // A merge key is a symbol of the library.
      name: !isScalar(key) ? '' : typeof key.value === 'symbol' ? '<<' : String(key.value),
      node: value,
      line: this.#lineOf(key),
    }));
  }

  readGroup(name: string, node: unknown, line: number, depth: number): void {
    const { inventory } = this;
    const entries = this.entries(node);
    if (entries === null) {
      inventory.note(line, 'notAGroup', { group: name });
      return;
    }
    if (depth > maxDepth || this.#left < 0) {
      inventory.note(line, 'tooDeep', { group: name });
      return;
    }
    const group = inventory.group(name);
    for (const entry of entries) {
      if (entry.name === 'hosts') this.#readHosts(name, entry);
      else if (entry.name === 'vars') this.readVariables(entry, group.variables);
      else if (entry.name === 'children') {
        for (const child of this.entries(entry.node) ?? []) {
          group.children.add(child.name);
          this.readGroup(child.name, child.node, child.line, depth + 1);
        }
      } else inventory.note(entry.line, 'unknownKey', { key: entry.name, group: name });
    }
  }

  /** `{"gpu": {"hosts": ["gpu01"], "children": [], "vars": {}}, "_meta": {"hostvars": {"gpu01": {}}}}` */
  readList(entries: readonly Entry[]): void {
    for (const { name, node } of entries.filter((entry) => entry.name !== '_meta')) {
      const group = this.inventory.group(name);
      for (const entry of this.entries(node) ?? []) {
        const value = this.#plain(entry.node);
        const names = Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
        if (entry.name === 'hosts') for (const host of names) this.#addHost(host, name, entry.line);
        if (entry.name === 'children') for (const child of names) group.children.add(child);
        if (entry.name === 'vars') this.readVariables(entry, group.variables);
      }
    }
    const meta = this.entries(entries.find(({ name }) => name === '_meta')?.node) ?? [];
    for (const entry of this.entries(meta.find(({ name }) => name === 'hostvars')?.node) ?? []) {
      const host = this.inventory.hosts.get(entry.name);
      if (host) this.readVariables(entry, host.variables);
    }
  }

  #readHosts(group: string, { node, line }: Entry): void {
    const hosts = this.entries(node);
    if (hosts === null) {
      this.inventory.note(line, 'hostsNotAMap', { group });
      return;
    }
    for (const entry of hosts) {
      const names = expandHosts(entry.name);
      if (names === null) {
        this.inventory.note(entry.line, 'badRange', { pattern: entry.name });
        continue;
      }
      for (const name of names) {
        if (!this.#addHost(name, group, entry.line)) return;
        const host = this.inventory.hosts.get(name);
        if (host) this.readVariables(entry, host.variables);
      }
    }
  }

  #addHost(name: string, group: string, line: number): boolean {
    if (name === '') return true;
    const isAdded = this.inventory.addHost(name, group, line);
    if (!isAdded) this.inventory.note(line, 'tooManyHosts');
    return isAdded;
  }

  readVariables({ node, line, name }: Entry, into: Map<string, AnsibleVariable>, depth = 0): void {
    const entries = depth > maxDepth ? [] : this.entries(node);
    if (entries === null) {
      this.inventory.note(line, 'varsNotAMap', { name });
      return;
    }
    // What is merged in stands behind what is written here, wherever the merge key is.
    for (const entry of entries.filter(({ name: key }) => key === '<<')) {
      for (const merged of this.#merged(entry)) this.readVariables(merged, into, depth + 1);
    }
    for (const entry of entries) {
      const value = this.#plain(entry.node);
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        into.set(entry.name, { value: String(value).trim(), line: entry.line, file: this.inventory.file });
    }
  }

  /** One map or a list of them, of which the first has the last word. */
  #merged(entry: Entry): Entry[] {
    const real = this.#real(entry.node);
    if (!isSeq(real)) return [entry];
    this.#left -= real.items.length;
    return real.items.map((node) => ({ ...entry, node })).reverse();
  }

  /** What an alias stands for. */
  #real(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.document) : node;
  }

  #plain(node: unknown): unknown {
    const real = this.#real(node);
    if (isScalar(real)) return real.value;
    if (real === null || typeof real !== 'object' || !('items' in real) || !Array.isArray(real.items)) return undefined;
    this.#left -= real.items.length;
    return real.items.map((item: unknown) => (isScalar(item) ? item.value : undefined));
  }

  #lineOf(node: unknown): number {
    const range = (node as Node | null)?.range;
    return range ? this.lines.linePos(range[0]).line : 1;
  }
}
