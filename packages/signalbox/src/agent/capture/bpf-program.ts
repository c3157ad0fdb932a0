import { fail, ok, type Result } from "@signalbox/base";

/** One instruction of a packet filter, as the kernel has it (bpf(4), linux/filter.h). */
export interface BpfInstruction {
  readonly op: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

/** How many bytes of a packet are kept; 0 drops it. */
export type PacketFilter = (packet: Uint8Array, wireLength: number) => number;

const MAX_INSTRUCTIONS = 4096;
const MEMORY_WORDS = 16;

const CLASS = { LD: 0, LDX: 1, ST: 2, STX: 3, ALU: 4, JMP: 5, RET: 6, MISC: 7 } as const;
const SIZES: Readonly<Record<number, number>> = { 0x00: 4, 0x08: 2, 0x10: 1 };
const MODE = { IMM: 0x00, ABS: 0x20, IND: 0x40, MEM: 0x60, LEN: 0x80, MSH: 0xa0 } as const;
const ALU = [0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x80, 0x90, 0xa0];
const JUMPS = [0x00, 0x10, 0x20, 0x30, 0x40];
const DIVIDE = 0x30;
const MODULO = 0x90;

/**
 * Makes a filter out of a classic BPF program. Programs only jump forward, so they end; loads
 * outside of the packet and divisions by zero drop it.
 */
export function parseBpfProgram(program: readonly BpfInstruction[]): Result<PacketFilter> {
  if (program.length === 0) return fail("a filter has at least one instruction");
  if (program.length > MAX_INSTRUCTIONS) return fail(`a filter has at most ${MAX_INSTRUCTIONS}`);
  const wrong = program.findIndex((instruction, at) => !isSound(instruction, program.length - at));
  if (wrong >= 0) return fail(`instruction ${wrong} of the filter is not sound`);
  if (((program.at(-1)?.op ?? 0) & 7) !== CLASS.RET) return fail("the filter does not end");
  return ok((packet, wireLength) =>
    run(program, Buffer.from(packet.buffer, packet.byteOffset, packet.length), wireLength),
  );
}

/** @param left how many instructions there are from this one on */
function isSound({ op, jt, jf, k }: BpfInstruction, left: number): boolean {
  const isFromX = (op & 8) !== 0;
  switch (op & 7) {
    case CLASS.LD:
      return isSoundLoad(op, k);
    case CLASS.LDX:
      return isSoundLoad(op, k) || op === (CLASS.LDX | MODE.MSH | 0x10);
    case CLASS.ST:
    case CLASS.STX:
      return op <= 7 && k < MEMORY_WORDS;
    case CLASS.ALU: {
      const operation = op & 0xf0;
      const isDivision = operation === DIVIDE || operation === MODULO;
      return ALU.includes(operation) && op <= 0xff && (isFromX || !isDivision || k !== 0);
    }
    case CLASS.JMP: {
      if (!JUMPS.includes(op & 0xf0) || op > 0xff) return false;
      return (op & 0xf0) === 0 ? k < left - 1 : jt < left - 1 && jf < left - 1;
    }
    case CLASS.RET:
      return op === 0x06 || op === 0x16;
    default:
      return op === 0x07 || op === 0x87;
  }
}

function isSoundLoad(op: number, k: number): boolean {
  if (op > 0xff || SIZES[op & 0x18] === undefined) return false;
  switch (op & 0xe0) {
    case MODE.IMM:
    case MODE.LEN:
      return (op & 0x18) === 0;
    case MODE.MEM:
      return (op & 0x18) === 0 && k < MEMORY_WORDS;
    case MODE.ABS:
    case MODE.IND:
      return (op & 7) === CLASS.LD;
    default:
      return false;
  }
}

function run(program: readonly BpfInstruction[], packet: Buffer, wireLength: number): number {
  const memory = new Uint32Array(MEMORY_WORDS);
  let a = 0;
  let x = 0;
  for (let at = 0; at < program.length; at++) {
    const instruction = program[at];
    if (instruction === undefined) return 0;
    const { op, jt, jf, k } = instruction;
    switch (op & 7) {
      case CLASS.LD:
      case CLASS.LDX: {
        const value = load(op, k, x, { packet, wireLength, memory });
        if (value === undefined) return 0;
        if ((op & 7) === CLASS.LD) a = value;
        else x = value;
        break;
      }
      case CLASS.ST:
        memory[k] = a;
        break;
      case CLASS.STX:
        memory[k] = x;
        break;
      case CLASS.ALU: {
        const value = compute(op & 0xf0, a, (op & 8) === 0 ? k : x);
        if (value === undefined) return 0;
        a = value;
        break;
      }
      case CLASS.JMP:
        if ((op & 0xf0) === 0) at += k;
        else at += holds(op & 0xf0, a, (op & 8) === 0 ? k : x) ? jt : jf;
        break;
      case CLASS.RET:
        return op === 0x16 ? a : k;
      default:
        if (op === 0x07) x = a;
        else a = x;
    }
  }
  return 0;
}

interface LoadFrom {
  readonly packet: Buffer;
  readonly wireLength: number;
  readonly memory: Uint32Array;
}

function load(op: number, k: number, x: number, from: LoadFrom): number | undefined {
  const { packet, wireLength, memory } = from;
  const size = SIZES[op & 0x18] ?? 4;
  switch (op & 0xe0) {
    case MODE.IMM:
      return k;
    case MODE.LEN:
      return wireLength;
    case MODE.MEM:
      return memory[k] ?? 0;
    case MODE.MSH: {
      const byte = packet[k];
      return byte === undefined ? undefined : (byte & 0x0f) * 4;
    }
    default: {
      const offset = (op & 0xe0) === MODE.IND ? x + k : k;
      return offset + size <= packet.length ? packet.readUIntBE(offset, size) : undefined;
    }
  }
}

function compute(operation: number, a: number, b: number): number | undefined {
  switch (operation) {
    case 0x00:
      return (a + b) >>> 0;
    case 0x10:
      return (a - b) >>> 0;
    case 0x20:
      return Math.imul(a, b) >>> 0;
    case DIVIDE:
      return b === 0 ? undefined : Math.floor(a / b);
    case 0x40:
      return (a | b) >>> 0;
    case 0x50:
      return (a & b) >>> 0;
    case 0x60:
      return b > 31 ? 0 : (a << b) >>> 0;
    case 0x70:
      return b > 31 ? 0 : a >>> b;
    case 0x80:
      return -a >>> 0;
    case MODULO:
      return b === 0 ? undefined : a % b;
    default:
      return (a ^ b) >>> 0;
  }
}

function holds(jump: number, a: number, b: number): boolean {
  switch (jump) {
    case 0x10:
      return a === b;
    case 0x20:
      return a > b;
    case 0x30:
      return a >= b;
    default:
      return (a & b) !== 0;
  }
}
