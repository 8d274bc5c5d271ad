import { createSocket } from 'node:dgram';
import type { ToolBench } from './real-tools';

const bytes = (values: readonly number[]) => values.map((value) => `0x${(value & 0xff).toString(16)}`).join(' ');

interface FullSensor {
  readonly number: number;
  readonly name: string;
  /** IPMI entity id and instance. */
  readonly entity: readonly [number, number];
  readonly type: number;
  /** 1 °C, 4 V, 6 W, 18 RPM. */
  readonly unit: number;
  /** The value is reading × factor × 10^exponent. */
  readonly factor: number;
  readonly exponent?: number;
  /** Undefined: the BMC lists it and has no reading. */
  readonly reading?: number;
  readonly upper?: { readonly nonCritical: number; readonly critical: number; readonly nonRecoverable: number };
}

interface DiscreteSensor {
  readonly number: number;
  readonly name: string;
  readonly entity: readonly [number, number];
  readonly type: number;
  readonly bits: readonly number[];
}

/** Lines of ipmi_sim's emulation file (ipmi_sim_cmd(5)); sensor records are those of IPMI 2.0, chapter 43. */
export class BmcScript {
  private readonly lines = [
    'mc_setbmc 0x20',
    'mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02',
    'sel_enable 0x20 1000 0x0a',
  ];
  private recordCount = 0;

  full({ number, name, entity, type, unit, factor, exponent = 0, reading, upper }: FullSensor): this {
    const mask = upper ? 0x3f : 0;
    const body = [
      ...[0x20, 0, number, ...entity, 0x7f, 0x68, type, 1, upper ? 0xff : 0, mask, 0, 0, mask, mask, 0, unit, 0, 0],
      ...[factor, 0, 0, 0, 0, exponent << 4, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0],
    ];
    this.record(1, body, name);
    if (reading === undefined) return this;
    this.lines.push(`sensor_add 0x20 0 ${number} ${type} 1`);
    if (upper) {
      this.lines.push(
        `sensor_set_threshold 0x20 0 ${number} settable 111000 ${upper.nonRecoverable} ${upper.critical} ${upper.nonCritical} 0 0 0`,
        `sensor_set_event_support 0x20 0 ${number} enable scanning per-state 000111111111111 000111111111111 000000000000000 000000000000000`,
      );
    }
    this.lines.push(`sensor_set_value 0x20 0 ${number} ${reading} 0`);
    return this;
  }

  discrete({ number, name, entity, type, bits }: DiscreteSensor): this {
    this.record(
      2,
      [0x20, 0, number, ...entity, 0x63, 0x40, type, 0x6f, 0, 0, 0, 0, 0xff, 0, 0xc0, ...Array(10).fill(0)],
      name,
    );
    this.lines.push(`sensor_add 0x20 0 ${number} ${type} 111`);
    for (const bit of bits) this.lines.push(`sensor_set_bit 0x20 0 ${number} ${bit} 1 0`);
    return this;
  }

  /** A FRU with a board and a product area (IPMI FRU specification, chapters 11 and 12). */
  fru(board: readonly string[], product: readonly string[]): this {
    const areas = [area([0, 0, 0, 0], board), area([0], product)];
    const header = [1, 0, 0, 1, 1 + (areas[0]?.length ?? 0) / 8, 0, 0];
    const data = [...withChecksum(header), ...areas.flat()];
    this.lines.push(`mc_add_fru_data 0x20 0 ${data.length} data ${bytes(data)}`);
    return this;
  }

  text(): string {
    return `${[...this.lines, 'mc_enable 0x20'].join('\n')}\n`;
  }

  private record(kind: number, body: readonly number[], name: string): void {
    this.recordCount += 1;
    const rest = [...body, 0xc0 | name.length, ...Buffer.from(name)];
    this.lines.push(`main_sdr_add 0x20 ${bytes([this.recordCount, 0, 0x51, kind, rest.length, ...rest])}`);
  }
}

function area(head: readonly number[], fields: readonly string[]): number[] {
  const body = [...head, ...fields.flatMap((field) => [0xc0 | field.length, ...Buffer.from(field)]), 0xc1];
  const length = Math.ceil((body.length + 3) / 8);
  return withChecksum([1, length, ...body, ...Array(length * 8 - body.length - 3).fill(0)]);
}

function withChecksum(data: readonly number[]): number[] {
  return [...data, -data.reduce((sum, byte) => sum + byte, 0) & 0xff];
}

/** Starts a BMC on a free port of the loopback; `ipmitool` of the bench asks it over LAN. */
export async function startIpmiSim(bench: ToolBench, script: BmcScript): Promise<void> {
  const port = await freeUdpPort();
  const access = 'none md2 md5 straight';
  const config = bench.file(
    'lan.conf',
    `name "bench"
set_working_mc 0x20
  startlan 1
    addr 127.0.0.1 ${port}
    priv_limit admin
    allowed_auths_callback ${access}
    allowed_auths_user ${access}
    allowed_auths_operator ${access}
    allowed_auths_admin ${access}
    guid a123456789abcdefa123456789abcdef
  endlan
  user 1 true "" "test" user 10 ${access}
  user 2 true "op" "test" admin 10 ${access}
`,
  );
  const emulation = bench.file('bmc.emu', script.text());
  bench.serve('ipmi_sim', ['-c', config, '-f', emulation, '-s', `${bench.folder}/state`, '-n']);
  // Named, as asking the simulator for its ciphers takes ten seconds.
  const real = (['/usr/bin/ipmitool', '-C', '3', '-I', 'lanplus', '-H', '127.0.0.1', '-p', `${port}`] as const).join(
    ' ',
  );
  bench.tool('ipmitool', `exec ${real} -U op -P test "$@"`);
  const answer = await bench.until('ipmitool', ['mc', 'info']);
  if (answer.exitCode !== 0) throw new Error(`ipmi_sim does not answer: ${answer.stderr}`);
}

function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
