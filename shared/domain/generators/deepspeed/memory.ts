import type { NodeFacts } from '../../facts/index';
import type { GeneratorProblem, Values } from '../generator';
import { both, groupOf, numberOf, problem } from '../values';
import { deviceOf, precisionOf, stageOf, worldSizeOf } from './setup';

const source = 'ZeRO paper (arXiv 1910.02054), DeepSpeed runtime/zero estimators';

/**
 * Bytes that a GPU holds of weights, gradients and Adam's state; activations and buffers come on top. 16 bit: 2 + 2 + 12 a
 * parameter, of which each stage splits one part more; 32 bit: 4 + 4 + 8. With the optimizer on the host, or the parameters too, those parts are
 * not on the GPU. Null: the number of parameters is not known.
 */
export function modelStateBytes(form: Values): { gpu: number; host: number } | null {
  const billions = numberOf(groupOf(form, 'launch'), 'modelBillions');
  if (billions === null || billions <= 0) return null;
  const parameters = billions * 1e9;
  const world = worldSizeOf(form);
  const stage = stageOf(form);
  const isHalf = precisionOf(form, 'fp16') !== 'false' || precisionOf(form, 'bf16') !== 'false';
  const [weight, gradient, optimizer] = isHalf ? [2, 2, 12] : [4, 4, 8];
  const split = (bytes: number, from: number) => (stage >= from ? bytes / world : bytes);
  const isOptimizerOff = stage >= 1 && deviceOf(form, 'offload_optimizer') !== 'none';
  const areParametersOff = stage === 3 && deviceOf(form, 'offload_param') !== 'none';
  // With the optimizer on the host, gradients go there as they come.
  const onGpu =
    (areParametersOff ? 0 : split(weight, 3)) + (isOptimizerOff ? 0 : split(gradient, 2) + split(optimizer, 1));
  const nodes = numberOf(groupOf(form, 'launch'), 'nodes') ?? 1;
  const onHost = (isOptimizerOff ? gradient + optimizer : 0) + (areParametersOff ? weight : 0);
  return { gpu: onGpu * parameters, host: (onHost * parameters) / nodes };
}

/** Against the GPUs of the node. */
export function memoryProblems(form: Values, facts: NodeFacts | null): GeneratorProblem[] {
  const needed = modelStateBytes(form);
  if (needed === null) return [];
  const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  const path = ['launch', 'modelBillions'];
  const sizes = (facts?.gpu?.gpus ?? []).flatMap(({ memory }) => memory?.totalBytes ?? []);
  const smallest = sizes.length > 0 ? Math.min(...sizes) : null;
  const host =
    needed.host > 0 ? [`, ${gib(needed.host)} GiB of each host`, `，每台主机内存 ${gib(needed.host)} GiB`] : ['', ''];
  const text = both(
    `Weights, gradients and Adam take about ${gib(needed.gpu)} GiB of each GPU${host[0]}; activations and buffers come on top.`,
    `权重、梯度和 Adam 状态约占每个 GPU ${gib(needed.gpu)} GiB${host[1]}；另加激活和缓冲区。`,
  );
  if (smallest === null) return [problem('info', path, text, source)];
  if (needed.gpu > smallest) {
    const tooMuch = both(
      `${text.en} The GPU has ${gib(smallest)}: a higher stage, offload, or more GPUs.`,
      `${text['zh-CN']}该 GPU 只有 ${gib(smallest)} GiB：请提高 stage、使用卸载或增加 GPU。`,
    );
    return [problem('error', path, tooMuch, source)];
  }
  if (needed.gpu > smallest * 0.8) {
    const tight = both(
      `${text.en} The GPU has ${gib(smallest)}: little is left for them.`,
      `${text['zh-CN']}该 GPU 共 ${gib(smallest)} GiB：所剩不多。`,
    );
    return [problem('warn', path, tight, source)];
  }
  return [problem('info', path, text, source)];
}
