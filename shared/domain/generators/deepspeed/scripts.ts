import type { GeneratedFile, Values } from '../generator';
import { groupOf, isOn, numberOf, textOf } from '../values';
import { deviceOf, isTrainer, precisionOf, stageOf } from './setup';

/** The training script and how it is started. Sources: DeepSpeed documentation, Getting Started; Transformers documentation, DeepSpeed. */
export function scriptsOf(form: Values): GeneratedFile[] {
  const launch = groupOf(form, 'launch');
  const isOfMany = (numberOf(launch, 'nodes') ?? 1) > 1;
  const hosts = hostsOf(form);
  return [
    { fileName: 'train.py', language: 'python', text: isTrainer(form) ? trainerScript(form) : ownLoop(form) },
    { fileName: 'launch.sh', language: 'shell', text: launchScript(form) },
    ...(isOfMany
      ? [
          {
            fileName: 'hostfile',
            language: 'text',
            text: hosts.map((host) => `${host} slots=${numberOf(launch, 'gpusPerNode') ?? 1}\n`).join(''),
          } as const,
        ]
      : []),
  ];
}

/** Only what may stand in a shell's line and in the launcher's file of hosts. */
function hostsOf(form: Values): string[] {
  const hosts = textOf(groupOf(form, 'launch'), 'hosts') ?? '';
  return hosts.split(/[\s,]+/).filter((host) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(host));
}

function launchScript(form: Values): string {
  const launch = groupOf(form, 'launch');
  const nodes = numberOf(launch, 'nodes') ?? 1;
  const gpus = numberOf(launch, 'gpusPerNode') ?? 1;
  const head = ['#!/bin/sh', 'set -eu', 'cd "$(dirname "$0")"'];
  // The script names the configuration itself: given a second time (--deepspeed_config), DeepSpeed refuses it.
  if (nodes === 1) {
    return [
      ...head,
      `deepspeed --num_gpus=${gpus} train.py`,
      `# Without DeepSpeed's launcher: torchrun --nproc_per_node=${gpus} train.py`,
      '',
    ].join('\n');
  }
  const port = numberOf(launch, 'masterPort') ?? 29500;
  const first = hostsOf(form)[0] ?? '';
  return [
    ...head,
    '# From the first machine, with SSH to all of them and this folder on each. Other variables for them: a line each in .deepspeed_env.',
    `deepspeed --hostfile hostfile --master_addr ${first} --master_port ${port} train.py`,
    '# Without SSH, on each machine, N counting from 0:',
    `# torchrun --nnodes=${nodes} --nproc_per_node=${gpus} --node_rank=N --master_addr=${first} --master_port=${port} train.py`,
    '',
  ].join('\n');
}

function ownLoop(form: Values): string {
  const passes = isOn(groupOf(form, 'launch'), 'passesOptimizer');
  const isOffloaded = deviceOf(form, 'offload_optimizer') !== 'none';
  const isStage3 = stageOf(form) === 3;
  const adam = isOffloaded ? 'DeepSpeedCPUAdam' : 'torch.optim.AdamW';
  return `"""Trains with DeepSpeed. build_model and build_dataset are small ones that show that all works: put yours in their place."""
import argparse

import deepspeed
import torch
${passes && isOffloaded ? 'from deepspeed.ops.adam import DeepSpeedCPUAdam\n' : ''}from torch.utils.data import DataLoader, Dataset
from torch.utils.data.distributed import DistributedSampler

CONFIG = "ds_config.json"
VOCABULARY, LENGTH, SAMPLES = 4096, 128, 4096


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(VOCABULARY, 256)
        self.hidden = torch.nn.Linear(256, 1024)
        self.head = torch.nn.Linear(1024, VOCABULARY)

    def forward(self, tokens):
        scores = self.head(torch.nn.functional.gelu(self.hidden(self.embedding(tokens[:, :-1]))))
        return torch.nn.functional.cross_entropy(scores.float().flatten(0, 1), tokens[:, 1:].flatten())


def build_model():
${
  isStage3
    ? `    # Each parameter is split as soon as it is made: the whole model need not fit on one GPU.
    with deepspeed.zero.Init(config_dict_or_path=CONFIG):
        return Model()`
    : '    return Model()'
}


class Samples(Dataset):
    def __len__(self):
        return SAMPLES

    def __getitem__(self, index):
        return (torch.arange(LENGTH) + index) % VOCABULARY


def build_dataset():
    return Samples()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--local_rank", type=int, default=-1, help="set by DeepSpeed's launcher")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--save", default="checkpoints")
    parser.add_argument("--resume", action="store_true")
    arguments = parser.parse_args()

    deepspeed.init_distributed()
    model = build_model()
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    engine, _, _, _ = deepspeed.initialize(
        model=model,
        model_parameters=parameters,
${passes ? `        optimizer=${adam}(parameters, lr=1e-4),\n` : ''}        config=CONFIG,
    )
    if arguments.resume:
        engine.load_checkpoint(arguments.save)

    dataset = build_dataset()
    sampler = DistributedSampler(dataset)
    loader = DataLoader(dataset, batch_size=engine.train_micro_batch_size_per_gpu(), sampler=sampler, drop_last=True)
    for epoch in range(arguments.epochs):
        sampler.set_epoch(epoch)
        for batch in loader:
            loss = engine(batch.to(engine.device))
            engine.backward(loss)  # not loss.backward()
            engine.step()  # accumulation, clipping, schedule and zero_grad as well
        if engine.global_rank == 0:
            print(f"epoch {epoch}: step {engine.global_steps}, loss {loss.item():.4f}", flush=True)
        # Every rank must call it: each saves its part, and they wait for each other.
        engine.save_checkpoint(arguments.save, tag=f"step{engine.global_steps}", client_state={"epoch": epoch})


if __name__ == "__main__":
    main()
`;
}

function trainerScript(form: Values): string {
  const launch = groupOf(form, 'launch');
  // Where the JSON has a number, the Trainer refuses another one of its own.
  const own = (key: string, value: unknown, otherwise: number) =>
    `        ${key}=${typeof value === 'number' ? value : otherwise},`;
  const optimizer = groupOf(groupOf(form, 'optimizer'), 'params');
  const half = precisionOf(form, 'bf16') !== 'false' ? 'bf16' : precisionOf(form, 'fp16') !== 'false' ? 'fp16' : null;
  return `"""Trains a language model on lines of text with Hugging Face's Trainer and DeepSpeed."""
import argparse

from torch.utils.data import Dataset
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    DataCollatorForLanguageModeling,
    Trainer,
    TrainingArguments,
)


class Lines(Dataset):
    def __init__(self, path, tokenizer, length):
        with open(path, encoding="utf-8") as file:
            lines = [line.strip() for line in file if line.strip()]
        self.samples = [tokenizer(line, truncation=True, max_length=length) for line in lines]

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        return self.samples[index]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--local_rank", type=int, default=-1, help="set by DeepSpeed's launcher")
    parser.add_argument("--model", default=${python(textOf(launch, 'model') ?? 'MODEL')})
    parser.add_argument("--data", default=${python(textOf(launch, 'data') ?? 'train.txt')})
    parser.add_argument("--length", type=int, default=1024)
    parser.add_argument("--save", default="checkpoints")
    arguments = parser.parse_args()

    # Before from_pretrained, and kept: then ZeRO 3 splits the model while it is loaded.
    training = TrainingArguments(
        output_dir=arguments.save,
        deepspeed="ds_config.json",
${own('per_device_train_batch_size', form.train_micro_batch_size_per_gpu, 1)}
${own('gradient_accumulation_steps', form.gradient_accumulation_steps, 1)}
${own('max_grad_norm', form.gradient_clipping, 1)}
${own('learning_rate', optimizer.lr, 2e-5)}
${own('weight_decay', optimizer.weight_decay, 0)}
        num_train_epochs=1,
${half === null ? '' : `        ${half}=True,\n`}        logging_steps=10,
        save_strategy="epoch",
    )
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    model = AutoModelForCausalLM.from_pretrained(arguments.model)
    model.config.use_cache = False
    trainer = Trainer(
        model=model,
        args=training,
        train_dataset=Lines(arguments.data, tokenizer, arguments.length),
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
    )
    trainer.train()
    trainer.save_model(arguments.save)  # on all ranks


if __name__ == "__main__":
    main()
`;
}

/** A Python string: JSON's escapes are Python's as well. */
function python(text: string): string {
  return JSON.stringify(text);
}
