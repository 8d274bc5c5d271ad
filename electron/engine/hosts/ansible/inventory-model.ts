import type { Message } from '#shared/domain/text';

/** Where something stands: `line` null for a file as a whole, `file` only beside the inventory itself. */
export interface AnsiblePlace {
  readonly line: number | null;
  readonly file?: string | undefined;
}

/** Something that was not taken over, and where it stands. */
export interface AnsibleNote extends AnsiblePlace {
  readonly message: Message;
}

/** A variable as written; anything but text, numbers and truth values is of no use here and not kept. */
export interface AnsibleVariable {
  readonly value: string;
  readonly line: number;
  readonly file?: string | undefined;
}

export interface AnsibleGroup {
  readonly name: string;
  readonly hosts: Set<string>;
  readonly children: Set<string>;
  readonly variables: Map<string, AnsibleVariable>;
  /** From files beside the inventory, which go before what it says itself. */
  readonly fileVariables: Map<string, AnsibleVariable>;
}

interface NamedHost {
  readonly line: number;
  readonly variables: Map<string, AnsibleVariable>;
}

/** More than any inventory has; what comes after is refused, not read. */
export const maxHosts = 5000;

/** The groups and hosts of an inventory file, as they were written and not yet resolved. */
export class AnsibleInventory {
  readonly groups = new Map<string, AnsibleGroup>();
  readonly hosts = new Map<string, NamedHost>();
  /** The file beside the inventory that is being read. */
  file: string | undefined;
  readonly notes: AnsibleNote[] = [];
  readonly #said = new Set<string>();

  /** Said once a line: what a group sets holds for all its hosts. A thousand notes say no more than a hundred. */
  note(line: number | null, name: string, params: Record<string, string | number> = {}): void {
    this.noteAt({ line, file: this.file }, name, params);
  }

  noteAt({ line, file }: AnsiblePlace, name: string, params: Record<string, string | number> = {}): void {
    const said = JSON.stringify([file, line, name, params]);
    if (this.#said.has(said) || this.notes.length >= 1000) return;
    this.#said.add(said);
    this.notes.push({
      line,
      ...(file === undefined ? {} : { file }),
      message: { key: `hosts.ansible.${name}`, params },
    });
  }

  group(name: string): AnsibleGroup {
    const known = this.groups.get(name);
    if (known) return known;
    const group = {
      name,
      hosts: new Set<string>(),
      children: new Set<string>(),
      variables: new Map(),
      fileVariables: new Map(),
    };
    this.groups.set(name, group);
    return group;
  }

  /** False: there are too many already. */
  addHost(name: string, groupName: string, line: number): boolean {
    if (!this.hosts.has(name)) {
      if (this.hosts.size >= maxHosts) return false;
      this.hosts.set(name, { line, variables: new Map() });
    }
    this.group(groupName).hosts.add(name);
    return true;
  }
}
