/** A playbook of every kind of step that a real Debian can do without a GPU: what Gantry has to bring to its end whatever goes. */
interface TrialAction {
  readonly id: string;
  readonly reads: string;
  /** A CEL condition over the reads: it is done, or not at all. */
  readonly done: string;
  readonly before: string;
  readonly steps: string;
  readonly undo: string;
  readonly more?: string;
  readonly isDisruptive?: boolean;
}

const step = (id: string, rest: string) => `  - { id: ${id}, title: { en: ${id} }, ${rest} }`;

export const trialFolder = '/srv/trial';
export const unit = 'gantry-trial.service';

const actions: readonly TrialAction[] = [
  {
    id: 'trial-packages',
    more: 'probes: [packages]',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
    reads: '  - { name: all, argv: [dpkg-query, -W, "-f=${db:Status-Abbrev}${Package}\\n"] }',
    done: 'read.all.contains("ii gtool\\n") && read.all.contains("ii gdep\\n")',
    before: '!read.all.contains(" gtool\\n") && !read.all.contains(" gdep\\n")',
    steps: step('install', `kind: packages, operation: install, packages: '["gtool=1"]'`),
    undo: step('purge', 'kind: restore, of: install'),
  },
  {
    id: 'trial-folder',
    reads: `  - { name: there, argv: [ls, -R, ${trialFolder}] }`,
    done: 'read.there.contains("made") && read.there.contains("mark")',
    before: '!read.there.contains("made") && !read.there.contains("mark")',
    steps: [
      step('folder', `kind: command, argv: [mkdir, ${trialFolder}/made]`),
      step('slow', 'kind: command, argv: [sleep, "0.3"]'),
      step('mark', `kind: file, path: ${trialFolder}/mark, content: "a mark\\n"`),
    ].join('\n'),
    undo: [
      step('mark', 'kind: restore, of: mark'),
      step('folder', `kind: command, argv: [rmdir, ${trialFolder}/made]`),
    ].join('\n'),
  },
  {
    id: 'trial-edit',
    reads: '  - { name: settings, argv: [cat, /etc/our/service.yaml] }',
    done: 'read.settings.contains("max-num-seqs: 64")',
    before: 'read.settings.contains("max-num-seqs: 8 ")',
    steps: step('edit', 'kind: edit, path: /etc/our/service.yaml, format: yaml, key: max-num-seqs, value: "64"'),
    undo: step('edit', 'kind: restore, of: edit'),
  },
  {
    id: 'trial-unit',
    reads: [
      `  - { name: state, argv: [systemctl, is-enabled, ${unit}], exitCodes: [0, 1] }`,
      `  - { name: files, argv: [ls, /etc/systemd/system] }`,
    ].join('\n'),
    done: `read.state == "enabled" && read.files.contains("${unit}")`,
    before: `read.state != "enabled" && !read.files.contains("${unit}")`,
    steps: [
      step('file', `kind: file, path: /etc/systemd/system/${unit}, content: "[Service]\\nExecStart=/bin/true\\n"`),
      step('reload', 'kind: command, argv: [systemctl, daemon-reload]'),
      step('enable', `kind: command, argv: [systemctl, enable, --now, ${unit}]`),
    ].join('\n'),
    undo: [
      step('disable', `kind: command, argv: [systemctl, disable, --now, ${unit}], exitCodes: [0, 1]`),
      step('file', 'kind: restore, of: file'),
      step('reload', 'kind: command, argv: [systemctl, daemon-reload]'),
    ].join('\n'),
  },
  {
    // What was installed runs from the next boot on, as a driver does.
    id: 'trial-restart',
    isDisruptive: true,
    reads: '  - { name: running, argv: [cat, /srv/running] }',
    done: 'read.running == "new"',
    before: 'read.running == "old"',
    steps: step('reboot', 'kind: boot, argv: [systemctl, reboot], withinMinutes: 1'),
    undo: step('unload', `kind: command, argv: [systemctl, unload]`),
  },
];

/** By file name: actions of one's own. */
export function trialActions(): Record<string, string> {
  return Object.fromEntries(
    actions.map(({ id, reads, done, before, steps, undo, more = '', isDisruptive = false }) => [
      `${id}.yaml`,
      `id: ${id}
title: { en: ${id} }
description: { en: To try }
${isDisruptive ? 'risk: R2\ndrain: node\ninUse: warn' : 'risk: R1\ndrain: none'}
${more}
reads:
${reads}
done: '${done}'
steps:
${steps}
verify:
  text: { en: It must be there. }
  pass: '${done}'
  passed: { en: It is. }
  failed: { en: It is not. }
undo:
  text: { en: It goes. }
  steps:
${undo.replace(/^/gm, '  ')}
  pass: '${before}'
  passed: { en: It is gone. }
  failed: { en: It is not gone. }
`,
    ]),
  );
}

/** By file name. `trial` has all of them, `brief` packages alone. */
export function trialPlaybooks(): Record<string, string> {
  const text = (id: string, of: readonly TrialAction[]) => `id: ${id}
title: { en: Trial }
introduction: { en: To try }
platforms: [debian-12]
offline: { can: "yes" }
sources: [us]
steps:
${of.map((one) => `  - { id: ${one.id.slice(6)}, action: ${one.id} }`).join('\n')}
`;
  return { 'trial.yaml': text('trial', actions), 'brief.yaml': text('brief', actions.slice(0, 1)) };
}

/** systemctl of a root without an init: units are files, `reboot` is done by whoever looks at the node's power. */
export const systemctl = `#!/bin/sh
echo "$*" >> /srv/systemctl.log
case "$1 $2" in
  "is-enabled "*) [ -e "/srv/units/$2" ] && echo enabled || { echo disabled; exit 1; } ;;
  "enable --now") sleep 0.2; : > "/srv/units/$3"; echo "done enable" >> /srv/systemctl.log ;;
  "disable --now") [ -e "/srv/units/$3" ] || exit 1; rm "/srv/units/$3"; echo "done disable" >> /srv/systemctl.log ;;
  "reboot "*) : > /srv/reboot; sleep 5 ;;
  "unload "*) sleep 0.2; echo old > /srv/running ;;
esac
`;
