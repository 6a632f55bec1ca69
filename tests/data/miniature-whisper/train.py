"""Train a miniature checkpoint in openai-whisper's own format, from scratch, on synthesised speech.

    python make_train.py && python train.py --out new.pt     # 30 minutes by default

Windows grow from 5 s (the encoder alone) over 10 s to the full 30 s. What helped: encoder heads
that start by looking at their neighbourhood; an auxiliary loss, which token is spoken in this
frame; and a loss on the attention of the last decoder layer, whose heads give word times.

While training, the vocabulary holds the tokens that occur and one for all others; save() expands it.
"""

from __future__ import annotations

import argparse
import math
import random
import time
import zipfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from synth import HERE
from torch import Tensor
from whisper.model import AudioEncoder, ModelDimensions, Whisper, sinusoids
from windows import FRAMES, FULL, IGNORE, SPECIAL, Batch, Windows, load_spoken

WIDTH, HEADS, ENCODER_LAYERS, DECODER_LAYERS = 128, 2, 3, 2
VOCABULARY = 51864  # English only
TIMESTAMPS = 1501
WARM, SHORT = (5, 32), (10, 16)  # window in s, windows a batch
LONG = (FULL, 8)


class Trainer:
    """A model, the auxiliary head that is thrown away, and the steps that train them.

    used  the tokens in the training vocabulary: text first, then SPECIAL
    """

    def __init__(self, used: list[int], resume: Path | None, bfloat16: bool = False) -> None:
        self.used, self.text_count, self.resumed = used, len(used) - len(SPECIAL), resume is not None
        self._bfloat16 = bfloat16
        self.model = build_model(len(used) + 1)
        if resume:
            load_state(self.model, used, resume)
        self.head = torch.nn.Linear(WIDTH, self.text_count + 1)
        self._bias = torch.zeros(len(used) + 1)
        self._bias[-1] = math.log(VOCABULARY - len(used))  # the last token stands for that many
        self._attention: dict[str, Tensor] = {}
        attention = self.model.decoder.blocks[-1].cross_attn  # stock default alignment heads
        attention.query.register_forward_hook(lambda m, i, out: self._attention.update(query=out))
        attention.key.register_forward_hook(lambda m, i, out: self._attention.update(key=out))
        self._parameters = [*self.model.parameters(), *self.head.parameters()]
        self._optimiser = torch.optim.AdamW(self._parameters, lr=1e-3, betas=(0.9, 0.98), weight_decay=0.01)
        self._position = self.model.encoder.positional_embedding

    def step(self, batch: Batch, rate: float, warm: bool) -> list[float]:
        """Train on a batch; give text, frame and attention loss, accuracy, timestamp error in s.

        warm  the encoder alone: only the frame loss counts, accuracy is that of the frames
        """
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        length, first = batch.frames.shape[1], round(batch.offset * FRAMES)
        self.model.encoder.positional_embedding = self._position[first : first + length]
        loss, figures = self._warm_loss(batch) if warm else self._loss(batch)
        self.model.encoder.positional_embedding = self._position
        self._optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._parameters, 1.0)
        self._optimiser.step()
        return figures

    def _warm_loss(self, batch: Batch) -> tuple[Tensor, list[float]]:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bfloat16):
            said = self.head(self.model.encoder(batch.mel))
            loss = F.cross_entropy(said.float().flatten(0, 1), batch.frames.flatten())
        right = (said.argmax(-1) == batch.frames)[batch.frames > 0]
        return loss, [0.0, loss.item(), 0.0, right.float().mean().item(), 0.0]

    def _loss(self, batch: Batch) -> tuple[Tensor, list[float]]:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bfloat16):
            encoded = self.model.encoder(batch.mel)
            said = self.head(encoded)
            logits = self.model.decoder(batch.inputs, encoded.repeat_interleave(2, 0)) + self._bias
            frame_loss = F.cross_entropy(said.float().flatten(0, 1), batch.frames.flatten())
            text_loss = F.cross_entropy(logits.flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORE)
            attention_loss = self._attention_loss(batch)
        loss = text_loss + (0 if self.resumed else frame_loss) + 0.3 * attention_loss
        return loss, [
            *(part.item() for part in (text_loss, frame_loss, attention_loss)),
            *self._accuracy(logits, batch.targets),
        ]

    def _attention_loss(self, batch: Batch) -> Tensor:
        """Ask the last layer's attention to lie on the sound of the token that is said next."""
        query, key = (
            self._attention[name].unflatten(-1, (HEADS, -1)).transpose(1, 2) for name in ("query", "key")
        )
        scores = (query @ key.transpose(-1, -2)).float() * (WIDTH // HEADS) ** -0.5
        middle = (torch.arange(batch.frames.shape[1]) + 0.5) / FRAMES
        starts, ends = batch.spans[..., :1], batch.spans[..., 1:]
        wanted = (middle >= starts - 0.01) & (middle <= ends + 0.01) & (ends > 0)
        count = wanted.sum(-1)
        likelihood = (scores.log_softmax(-1).mean(1) * wanted).sum(-1) / count.clamp(min=1)
        return -likelihood.sum() / (count > 0).sum()

    def _accuracy(self, logits: Tensor, targets: Tensor) -> tuple[float, float]:
        """Give the share of text tokens that are right, and the median timestamp error in s."""
        said = logits.argmax(-1)
        text = (targets >= 0) & (targets < self.text_count)
        stamps = targets >= len(self.used) - TIMESTAMPS
        right = (said == targets)[text].float().mean().item()
        return right, (said - targets)[stamps].abs().float().median().item() * 0.02


def build_model(vocabulary: int) -> Whisper:
    """Make an untrained model whose parameters start where training is quick."""
    dims = ModelDimensions(
        n_mels=80,
        n_audio_ctx=1500,
        n_audio_state=WIDTH,
        n_audio_head=HEADS,
        n_audio_layer=ENCODER_LAYERS,
        n_vocab=vocabulary,
        n_text_ctx=448,
        n_text_state=WIDTH,
        n_text_head=HEADS,
        n_text_layer=DECODER_LAYERS,
    )
    model = Whisper(dims)
    tokens = model.decoder.token_embedding.weight.data
    tokens.normal_(0, 0.06)
    stamps = 0.06 * sinusoids(TIMESTAMPS, WIDTH) + 0.01 * torch.randn(TIMESTAMPS, WIDTH)
    tokens[-1 - TIMESTAMPS : -1] = stamps  # near times start alike
    model.decoder.positional_embedding.data.normal_(0, 0.02)
    model.encoder.conv1.weight.data *= 2  # else the sinusoids of the position drown the speech
    model.encoder.conv2.weight.data *= 4
    attend_locally(model.encoder)
    return model


def attend_locally(encoder: AudioEncoder, sharpness: float = 5.0) -> None:
    """Let each encoder head start by looking some frames aside: 4, 8 and 16 in layer 1, 2 and 3.

    A query holds its position's highest frequencies, rotated by the offset; a key holds them as
    they are; so their product is greatest where the key lies that far from the query.
    """
    half, count = WIDTH // 2, WIDTH // HEADS // 2
    frequency = torch.exp(-math.log(10000) / (half - 1) * torch.arange(half))
    size = sharpness**0.5
    for block, distance in zip(encoder.blocks, (4, 8, 16), strict=True):
        query, key = block.attn.query.weight.data, block.attn.key.weight.data
        query *= 0.1
        key *= 0.1
        for head, offset in enumerate((-distance, distance)):
            for sine in range(count):
                cosine, row = half + sine, head * 2 * count + sine
                along = size * math.cos(frequency[sine] * offset)
                across = size * math.sin(frequency[sine] * offset)
                key[row, sine] += size
                key[row + count, cosine] += size
                query[row, sine] += along
                query[row, cosine] += across
                query[row + count, cosine] += along
                query[row + count, sine] -= across


def load_state(model: Whisper, used: list[int], path: Path) -> None:
    """Take over an earlier result, with the training vocabulary cut from its full one."""
    state = torch.load(path, weights_only=True)["model_state_dict"]
    state = {name: value.float() for name, value in state.items()}
    other = min(set(range(VOCABULARY)) - set(used))
    rows = state["decoder.token_embedding.weight"]
    state["decoder.token_embedding.weight"] = rows[[*used, other]]
    model.load_state_dict(state)


def save(model: Whisper, used: list[int], path: Path) -> None:
    """Write fp16 with the full vocabulary, where every unused token has the shared row.

    The zip inside is deflated (3 MB instead of 15), which torch.load reads as well.
    """
    state = {name: value.detach().half() for name, value in model.state_dict().items()}
    rows = state["decoder.token_embedding.weight"]
    full = rows[-1].repeat(VOCABULARY, 1)
    full[torch.tensor(used)] = rows[:-1]
    state["decoder.token_embedding.weight"] = full
    raw = path.with_suffix(".raw")
    dims = model.dims.__dict__ | {"n_vocab": VOCABULARY}
    torch.save({"dims": dims, "model_state_dict": state}, raw)
    with (
        zipfile.ZipFile(raw) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for entry in source.infolist():
            target.writestr(entry.filename, source.read(entry.filename))
    raw.unlink()


def learning_rate(done: float, step: int, resumed: bool) -> float:
    """Give the rate for a share of the training done: a short rise, a plateau, a cosine to 1 %."""
    if resumed:
        return 4e-4 * min(1, (step + 1) / 10) * (1 - done)
    fall = 1 if done < 0.3 else max(0.01, 0.5 * (1 + math.cos(math.pi * (done - 0.3) / 0.7)))
    return 1.5e-3 * min(1, (step + 1) / 200) * fall


def train(args: argparse.Namespace) -> None:
    """Train for the minutes asked for, saving every four of them and at the end."""
    spoken = load_spoken(args.data)
    used = sorted({token.id for variants in spoken for token in variants[0].tokens}) + SPECIAL
    windows = Windows(spoken, {t: i for i, t in enumerate(used)}, random.Random(0), args.prompt_share)
    trainer = Trainer(used, args.resume, args.bfloat16)
    begin = saved = time.time()
    warm_end, short_end = 60 * args.warm, 60 * (args.warm + args.short)
    total, step, seen, figures = short_end + 60 * args.full, 0, 0, []
    while (elapsed := time.time() - begin) < total:
        warm = elapsed < warm_end
        seconds, count = WARM if warm else SHORT if elapsed < short_end else LONG
        rate = learning_rate(elapsed / total, step, trainer.resumed)
        figures.append(trainer.step(windows.draw_batch(count, seconds), rate, warm))
        step, seen = step + 1, seen + count * seconds
        if step % 20 == 0:
            text, frame, attention, right, error = np.mean(figures, 0)
            print(
                f"{elapsed:5.0f} s, step {step}, windows of {seconds} s, {seen / 3600:.1f} h seen: "
                f"loss text {text:.3f} frame {frame:.3f} attention {attention:.3f}, "
                f"accuracy {right:.3f}, timestamp error {error:.2f} s",
                flush=True,
            )
            figures = []
        if time.time() - saved > 240:
            save(trainer.model, used, args.out)
            saved = time.time()
    save(trainer.model, used, args.out)
    print(f"{args.out}: {args.out.stat().st_size} bytes, {step} steps, {seen / 3600:.1f} h seen")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint to write")
    parser.add_argument("--data", type=Path, default=HERE / "train.pkl", help="what make_train.py wrote")
    parser.add_argument("--warm", type=float, default=4, help="minutes with the encoder alone (default 4)")
    parser.add_argument("--short", type=float, default=10, help="minutes with windows of 10 s (default 10)")
    parser.add_argument("--full", type=float, default=16, help="minutes with windows of 30 s (default 16)")
    parser.add_argument("--resume", type=Path, help="fine-tune this checkpoint instead of starting anew")
    parser.add_argument("--prompt-share", type=float, default=0.35, help="of full windows (default 0.35)")
    parser.add_argument(
        "--bfloat16", action="store_true", help="for a CPU with AVX512-BF16 or AMX; others are slower with it"
    )
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(args.threads)
    train(args)


if __name__ == "__main__":
    main()
