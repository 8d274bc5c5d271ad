import type { NewHost } from '#shared/contract/hosts';
import { parseDestination } from '../host-list';
import type { AnsibleInventory, AnsibleVariable } from './inventory-model';
import { readSshArguments } from './ssh-arguments';

export interface AnsibleHost {
  readonly name: string;
  /** Where it is named first. */
  readonly line: number;
  readonly host: Extract<NewHost, { kind: 'ssh' }>;
}

/**
 * Each host with what Ansible would use to reach it. Groups become tags, those around them too. Of a variable that several
 * groups set, the innermost group has it, and the host before all groups, as with Ansible itself. A host that can't be reached
 * over SSH is left out with a note.
 */
export function resolveHosts(inventory: AnsibleInventory): AnsibleHost[] {
  const depths = depthsOf(inventory);
  const parents = parentsOf(inventory);
  const found: AnsibleHost[] = [];
  for (const [name, { line, variables: own }] of inventory.hosts) {
    const groups = groupsAround(inventory, parents, name);
    const ordered = ['all', ...groups.filter((group) => group !== 'all')].sort(
      (one, other) =>
        (depths.get(one) ?? 0) - (depths.get(other) ?? 0) ||
        priority(inventory, one) - priority(inventory, other) ||
        (one < other ? -1 : 1),
    );
    const variables = new Map<string, AnsibleVariable>();
    for (const group of ordered)
      for (const entry of inventory.groups.get(group)?.variables ?? []) variables.set(...entry);
    // What files say of any group goes before what the inventory says of all of them.
    for (const group of ordered)
      for (const entry of inventory.groups.get(group)?.fileVariables ?? []) variables.set(...entry);
    for (const entry of own) variables.set(...entry);
    const host = readHost(inventory, name, line, variables);
    const tags = groups.filter((group) => group !== 'all' && group !== 'ungrouped').sort();
    if (host) found.push({ name, line, host: { ...host, ...(tags.length > 0 ? { tags } : {}) } });
  }
  return found;
}

const secretPattern = /^ansible_(?:.*_)?(?:pass|password|passphrase|passwd|token|secret)$/;
const connections = new Set([
  'ssh',
  'smart',
  'paramiko',
  'paramiko_ssh',
  'ansible.netcommon.libssh',
  'ansible.builtin.ssh',
]);

function readHost(
  inventory: AnsibleInventory,
  name: string,
  line: number,
  variables: ReadonlyMap<string, AnsibleVariable>,
): Extract<NewHost, { kind: 'ssh' }> | null {
  const read = (...names: string[]): AnsibleVariable | null => {
    for (const one of names) {
      const variable = variables.get(one);
      if (!variable || variable.value === '') continue;
      if (variable.value.includes('{{') || variable.value.includes('{%'))
        inventory.noteAt(variable, 'template', { variable: one });
      else if (variable.value.startsWith('$ANSIBLE_VAULT')) inventory.noteAt(variable, 'vault', { variable: one });
      else return variable;
    }
    return null;
  };
  for (const [key, variable] of variables)
    if (secretPattern.test(key)) inventory.noteAt(variable, 'secret', { variable: key });
  const connection = read('ansible_connection')?.value ?? 'ssh';
  if (!connections.has(connection)) {
    inventory.note(line, 'notSsh', { host: name, connection });
    return null;
  }
  const written = read('ansible_host', 'ansible_ssh_host')?.value ?? name;
  const target: Extract<NewHost, { kind: 'ssh' }>['target'] = { address: written };
  const destination = parseDestination(written.includes(':') && !written.startsWith('[') ? `[${written}]:22` : written);
  if ('detail' in destination) {
    inventory.note(line, 'badAddress', { host: name, address: written });
    return null;
  }
  target.address = destination.address;
  const port = read('ansible_port', 'ansible_ssh_port');
  if (port) {
    const number = /^\d{1,5}$/.test(port.value) ? Number(port.value) : 0;
    if (number >= 1 && number <= 65_535) target.port = number;
    else inventory.noteAt(port, 'badPort', { port: port.value });
  }
  const user = read('ansible_user', 'ansible_ssh_user', 'ansible_ssh_remote_user');
  if (user && /[\s:/@[\]]/.test(user.value)) inventory.noteAt(user, 'badUser', { user: user.value });
  else if (user) target.user = user.value;
  const key = read('ansible_ssh_private_key_file', 'ansible_private_key_file');
  if (key) target.identityFiles = [key.value];
  for (const option of ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args']) {
    const given = read(option);
    if (!given) continue;
    const { proxyJump, identityFile, ignored } = readSshArguments(given.value);
    if (proxyJump) target.proxyJump = proxyJump;
    if (identityFile !== null) target.identityFiles ??= [identityFile];
    for (const word of ignored) inventory.noteAt(given, 'sshOption', { option: word });
  }
  return { kind: 'ssh', name, target };
}

function priority(inventory: AnsibleInventory, group: string): number {
  const value = Number(inventory.groups.get(group)?.variables.get('ansible_group_priority')?.value ?? 1);
  return Number.isFinite(value) ? value : 1;
}

function parentsOf({ groups }: AnsibleInventory): Map<string, string[]> {
  const parents = new Map<string, string[]>();
  for (const { name, children } of groups.values())
    for (const child of children) parents.set(child, [...(parents.get(child) ?? []), name]);
  return parents;
}

function groupsAround(
  { groups }: AnsibleInventory,
  parents: ReadonlyMap<string, readonly string[]>,
  host: string,
): string[] {
  const found = new Set<string>();
  const open = [...groups.values()].filter(({ hosts }) => hosts.has(host)).map(({ name }) => name);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...(parents.get(name) ?? []));
  }
  return [...found];
}

/** How far below `all` a group is, on the longest way. Groups that contain each other are told and count as deep as can be. */
function depthsOf(inventory: AnsibleInventory): Map<string, number> {
  const names = [...inventory.groups.keys()];
  const depths = new Map<string, number>(names.map((name) => [name, name === 'all' ? 0 : 1]));
  const deepest = Math.min(names.length + 1, 100);
  let isMoving = true;
  for (let pass = 0; isMoving && pass < deepest; pass += 1) {
    isMoving = false;
    for (const { name, children } of inventory.groups.values()) {
      const below = Math.min((depths.get(name) ?? 0) + 1, deepest);
      for (const child of children) {
        if (child === 'all' || (depths.get(child) ?? 0) >= below) continue;
        depths.set(child, below);
        isMoving = true;
      }
    }
  }
  const circle = names.filter((name) => (depths.get(name) ?? 0) >= deepest || inventory.group(name).children.has(name));
  if (circle.length > 0) inventory.note(null, 'cycle', { groups: circle.slice(0, 5).join(', ') });
  return depths;
}
