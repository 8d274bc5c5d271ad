import type { LocalizedText } from '../../text';
import { checkFields } from '../check-fields';
import type { Generator, GeneratorExample, GeneratorProblem, Values } from '../generator';
import { both, copyOf, groupOf, isOn, problem, rowsOf, textOf, textsOf } from '../values';
import { sections } from './fields';
import { files, read, sectionPattern, unitNamePattern } from './files';

const exec = 'systemd.exec(5)';
const service = 'systemd.service(5)';
const unit = 'systemd.unit(5)';

const hardened = {
  NoNewPrivileges: true,
  ProtectSystem: 'strict',
  ProtectHome: 'true',
  PrivateTmp: true,
  ProtectKernelTunables: true,
  ProtectKernelModules: true,
  ProtectControlGroups: true,
  RestrictSUIDSGID: true,
  LockPersonality: true,
} satisfies Values;

const examples: readonly GeneratorExample[] = [
  {
    id: 'vllm',
    title: both('vLLM server', 'vLLM 服务'),
    description: both(
      'A server on GPUs under a user of its own, hardened, started again after crashes.',
      '以独立用户运行的 GPU 服务，已加固，崩溃后重启。',
    ),
    values: {
      name: 'vllm',
      Description: 'vLLM server',
      After: ['network-online.target', 'nvidia-persistenced.service'],
      Wants: ['network-online.target'],
      WantedBy: ['multi-user.target'],
      Type: 'exec',
      ExecStart: [
        '/srv/vllm/venv/bin/vllm',
        'serve',
        '/srv/models/Llama-3.1-8B-Instruct',
        '--host',
        '127.0.0.1',
        '--port',
        '8000',
      ],
      User: 'vllm',
      EnvironmentFile: '/etc/default/vllm',
      Environment: [{ name: 'HF_HUB_OFFLINE', value: '1' }],
      Restart: 'on-failure',
      RestartSec: 10,
      TimeoutStartSec: 900,
      TimeoutStopSec: 120,
      memlockUnlimited: true,
      LimitNOFILE: 1_048_576,
      ...hardened,
      ReadWritePaths: ['/srv/vllm'],
    },
  },
  {
    id: 'oneshot',
    title: both('A setting at every boot', '每次启动时的设置'),
    description: both('Runs a command once after the driver is there.', '驱动就绪后执行一次命令。'),
    values: {
      name: 'gpu-power-limit',
      Description: 'Power limit of the GPUs',
      After: ['nvidia-persistenced.service'],
      WantedBy: ['multi-user.target'],
      Type: 'oneshot',
      RemainAfterExit: true,
      ExecStart: ['/usr/bin/nvidia-smi', '-pl', '300'],
    },
  },
];

function problems(form: Values): GeneratorProblem[] {
  const found = checkFields(sections, form);
  const add = (
    severity: GeneratorProblem['severity'],
    path: GeneratorProblem['path'],
    text: LocalizedText,
    source: string,
  ) => found.push(problem(severity, path, text, source));
  const name = textOf(form, 'name');
  if (name !== null && !unitNamePattern.test(name)) {
    add('error', ['name'], both('Letters, digits and : - _ . @', '只能用字母、数字和 : - _ . @'), unit);
  } else if (name?.endsWith('.service')) {
    add('warn', ['name'], both('.service comes by itself.', '.service 会自动添加。'), unit);
  }
  for (const field of ['After', 'Wants', 'Requires', 'WantedBy']) {
    for (const [index, one] of textsOf(form, field).entries()) {
      if (
        !unitNamePattern.test(one) ||
        !/\.(service|target|socket|timer|path|mount|device|slice|automount|swap|scope)$/.test(one)
      ) {
        add(
          'error',
          [field, index],
          both('A unit’s name with its kind: chrony.service.', '应为带类型的单元名：chrony.service。'),
          unit,
        );
      }
    }
  }
  const commands = [
    ...rowsOf(form, 'ExecStartPre').map((row, index) => ({
      words: textsOf(row, 'words'),
      path: ['ExecStartPre', index, 'words'],
    })),
    { words: textsOf(form, 'ExecStart'), path: ['ExecStart'] },
  ];
  for (const { words, path } of commands) {
    const [program] = words;
    if (program !== undefined && !/^\/[^\s"'\\$%]+$/.test(program)) {
      add('error', [...path, 0], both('The program with its full path.', '应为程序的完整路径。'), service);
    }
    for (const [index, one] of words.entries()) {
      if (/^(?:\||\|\||&&|>{1,2}|<|2>&1)$/.test(one)) {
        const text = both(
          'There is no shell: it would be handed to the program. Use /bin/sh -c.',
          '没有 shell：会作为参数传给程序。请用 /bin/sh -c。',
        );
        add('warn', [...path, index], text, service);
      }
    }
  }
  ofSetting(form, add);
  return found;
}

function ofSetting(
  form: Values,
  add: (
    severity: GeneratorProblem['severity'],
    path: GeneratorProblem['path'],
    text: LocalizedText,
    source: string,
  ) => unknown,
): void {
  if (isOn(form, 'PrivateDevices')) {
    add(
      'warn',
      ['PrivateDevices'],
      both('/dev/nvidia* are gone as well: no GPU.', '/dev/nvidia* 也不可见：无法使用 GPU。'),
      exec,
    );
  }
  if (isOn(form, 'MemoryDenyWriteExecute')) {
    add(
      'warn',
      ['MemoryDenyWriteExecute'],
      both(
        'CUDA and PyTorch make code while running and end with it.',
        'CUDA 和 PyTorch 会在运行时生成代码，将因此失败。',
      ),
      exec,
    );
  }
  if (textOf(form, 'Type') === 'oneshot' && textOf(form, 'Restart') === 'always') {
    add(
      'error',
      ['Restart'],
      both('Not with oneshot: systemd refuses the unit.', 'oneshot 不能使用：systemd 会拒绝该单元。'),
      service,
    );
  }
  if (textOf(form, 'ProtectSystem') === 'strict' && textsOf(form, 'ReadWritePaths').length === 0) {
    add(
      'info',
      ['ReadWritePaths'],
      both('It can write nowhere but /tmp, if that is its own.', '除独立的 /tmp 外无处可写。'),
      exec,
    );
  }
  for (const name of ['WorkingDirectory', 'EnvironmentFile'] as const) {
    const path = textOf(form, name);
    if (path !== null && !path.startsWith('/')) add('error', [name], both('A full path.', '应为完整路径。'), exec);
  }
  for (const name of ['User', 'Group'] as const) {
    const login = textOf(form, name);
    if (login !== null && !/^(?:[A-Za-z_][A-Za-z0-9_.-]{0,30}|\d+)$/.test(login)) {
      add('error', [name], both('A login’s name or number.', '应为用户名或编号。'), exec);
    }
  }
  if (textOf(form, 'User') === null && textOf(form, 'Type') !== 'oneshot') {
    add('info', ['User'], both('It runs as root.', '将以 root 运行。'), exec);
  }
  for (const [index, row] of rowsOf(form, 'Environment').entries()) {
    const name = textOf(row, 'name');
    if (name === null) continue;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      add('error', ['Environment', index, 'name'], both('No name of a variable.', '不是有效的变量名。'), exec);
    if (/TOKEN|PASSWORD|SECRET|API_?KEY/i.test(name)) {
      add(
        'warn',
        ['Environment', index, 'value'],
        both(
          'systemctl show tells it to everybody: put it into the EnvironmentFile.',
          'systemctl show 对所有人可见：请放入 EnvironmentFile。',
        ),
        exec,
      );
    }
  }
  const size = textOf(form, 'MemoryMax');
  if (size !== null && !/^(?:\d+[KMGT]?|\d+(?:\.\d+)?%|infinity)$/.test(size)) {
    add(
      'error',
      ['MemoryMax'],
      both('A number with K, M, G or T, a share with %, or infinity.', '数字加 K、M、G 或 T，百分比，或 infinity。'),
      'systemd.resource-control(5)',
    );
  }
  const processors = textOf(form, 'CPUAffinity');
  if (processors !== null && !/^(?:numa|\d+(?:-\d+)?(?:[ ,]+\d+(?:-\d+)?)*)$/.test(processors)) {
    add('error', ['CPUAffinity'], both('Numbers and ranges: 0-31,64-95.', '编号与范围：0-31,64-95。'), exec);
  }
  for (const name of ['CapabilityBoundingSet', 'AmbientCapabilities']) {
    for (const [index, one] of textsOf(form, name).entries()) {
      if (!/^CAP_[A-Z_]+$/.test(one))
        add(
          'error',
          [name, index],
          both('As in capabilities(7): CAP_IPC_LOCK.', '写法见 capabilities(7)：CAP_IPC_LOCK。'),
          exec,
        );
    }
  }
  if (isOn(groupOf(form, 'timer'), 'Persistent') && textOf(groupOf(form, 'timer'), 'OnCalendar') === null) {
    add('error', ['timer', 'OnCalendar'], both('Say when.', '请填写时间。'), 'systemd.timer(5)');
  }
  for (const [index, row] of rowsOf(form, 'other').entries()) {
    const [section, name] = [textOf(row, 'section'), textOf(row, 'name')];
    if (section !== null && !sectionPattern.test(section)) {
      const text = both('No name of a section; it is left out.', '不是有效的节名；已略去。');
      add('error', ['other', index, 'section'], text, unit);
    }
    if (name !== null && !/^[A-Za-z][\w-]*$/.test(name))
      add(
        'error',
        ['other', index, 'name'],
        both('No name of a setting; it is left out.', '不是有效的设置名；已略去。'),
        unit,
      );
  }
}

/** A systemd service, with a timer where it has one. */
export const systemdUnit: Generator = {
  id: 'systemd-unit',
  title: both('systemd unit', 'systemd 单元'),
  description: both(
    'NAME.service: what is run as whom, after what, with which limits and hardening; a timer where wanted.',
    'NAME.service：以谁的身份、在何之后运行什么，资源限制与加固；可附定时器。',
  ),
  nodePath: '/etc/systemd/system/NAME.service',
  probeIds: [],
  sections,
  examples,
  initial: () => copyOf(examples[0]?.values ?? {}),
  problems,
  files,
  read: (text) => read(text),
};
