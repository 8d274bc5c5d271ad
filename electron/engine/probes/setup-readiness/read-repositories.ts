import type { SetupReadinessFacts } from '#shared/domain/facts/setup';
import { linesOf } from '../lib/lines';

type Repository = NonNullable<SetupReadinessFacts['repositories']>[number];

/**
 * Where packages come from, of the files of apt and dnf. Formats: sources.list(5), dnf.conf(5).
 *
 *     deb [arch=amd64 signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/ubuntu noble stable
 *     Types: deb / URIs: http://deb.debian.org/debian / Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
 *     [appstream] / mirrorlist=https://mirrors.rockylinux.org/mirrorlist?… / enabled=1 / gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-Rocky-9
 */
export function readRepositories(text: string | null): Repository[] | null {
  if (text === null) return null;
  const found: Repository[] = [];
  for (const part of text.split(/^== /m).slice(1)) {
    const [file = '', ...lines] = linesOf(part);
    if (!/^\/etc\/[\w./+-]{1,200}$/.test(file)) continue;
    if (file.endsWith('.repo')) found.push(...ofDnf(file, lines));
    else if (file.endsWith('.sources')) found.push(...ofStanzas(file, lines));
    else found.push(...ofLines(file, lines));
  }
  const keys = new Set<string>();
  return found.filter(({ url, file }) => {
    const key = `${file} ${url}`;
    return keys.has(key) ? false : keys.add(key);
  });
}

const url = /^(?:https?|file|ftp|cdrom|mirror\+https?|copy):[!-~]{1,500}$/;

function ofLines(file: string, lines: readonly string[]): Repository[] {
  return lines.flatMap((line) => {
    const [, options = '', address = ''] = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+\S/.exec(line) ?? [];
    if (!url.test(address)) return [];
    return [{ file, url: address, signedBy: pathOf(/(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1]) }];
  });
}

function ofStanzas(file: string, lines: readonly string[]): Repository[] {
  return lines
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(stanza)?.[1]?.trim() ?? '';
      const types = field('Types').split(/\s+/);
      if (/^(no|false|0)$/i.test(field('Enabled')) || !types.includes('deb')) return [];
      const signedBy = pathOf(field('Signed-By'));
      return field('URIs')
        .split(/\s+/)
        .flatMap((address) => (url.test(address) ? [{ file, url: address, signedBy }] : []));
    });
}

function ofDnf(file: string, lines: readonly string[]): Repository[] {
  return lines
    .join('\n')
    .split(/^(?=\[)/m)
    .flatMap((section) => {
      const field = (name: string) => new RegExp(`^${name}\\s*=\\s*(\\S+)`, 'm').exec(section)?.[1] ?? '';
      if (/^(0|no|false)$/i.test(field('enabled'))) return [];
      const address = field('baseurl') || field('mirrorlist') || field('metalink');
      // EPEL's says $releasever for 9.
      const key = /^file:\/\/(\/[\w./+$-]{1,200})$/.exec(field('gpgkey'))?.[1];
      return url.test(address) ? [{ file, url: address, signedBy: key ?? null }] : [];
    });
}

function pathOf(text: string | undefined): string | null {
  return text !== undefined && /^\/[\w./+-]{1,200}$/.test(text) ? text : null;
}
