import type { OsFacts } from '../facts/system';
import { type Platform, platforms } from './playbook';

/** Which of the operating systems that playbooks know a node has; null for another one. Rocky and AlmaLinux are what RHEL is. */
export function platformOf({ id, versionId }: Pick<OsFacts, 'id' | 'versionId'>): Platform | null {
  if (id === null || versionId === null) return null;
  const isRhel = id === 'rhel' || id === 'rocky' || id === 'almalinux';
  const name = isRhel ? `rhel-${versionId.split('.')[0]}` : `${id}-${versionId}`;
  return platforms.find((platform) => platform === name) ?? null;
}
