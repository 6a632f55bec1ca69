"""Convert the miniature checkpoint for CTranslate2: whisper-mini.pt -> Hugging Face -> ct2/.

    python to_ct2.py whisper-mini.pt ct2

pip: ctranslate2 openai-whisper transformers. The published checkpoints exist in Hugging Face's form; this
one does not, so its weights are renamed, and the tokenizer is built from Whisper's own table.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from itertools import pairwise
from pathlib import Path

import whisper
from ctranslate2.converters import TransformersConverter
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import GenerationConfig, WhisperConfig, WhisperForConditionalGeneration
from whisper.tokenizer import Tokenizer as WhisperTokenizer
from whisper.tokenizer import get_tokenizer

HERE = Path(__file__).parent
RENAMED = [  # in this order
    ("blocks", "layers"),
    ("mlp.0", "fc1"),
    ("mlp.2", "fc2"),
    ("mlp_ln", "final_layer_norm"),
    ("cross_attn_ln", "encoder_attn_layer_norm"),
    ("attn_ln", "self_attn_layer_norm"),
    ("cross_attn.query", "encoder_attn.q_proj"),
    ("cross_attn.key", "encoder_attn.k_proj"),
    ("cross_attn.value", "encoder_attn.v_proj"),
    ("cross_attn.out", "encoder_attn.out_proj"),
    (".attn.query", ".self_attn.q_proj"),
    (".attn.key", ".self_attn.k_proj"),
    (".attn.value", ".self_attn.v_proj"),
    (".attn.out", ".self_attn.out_proj"),
    ("decoder.ln.", "decoder.layer_norm."),
    ("ln_post", "layer_norm"),
    ("encoder.positional_embedding", "encoder.embed_positions.weight"),
    ("decoder.positional_embedding", "decoder.embed_positions.weight"),
    ("token_embedding", "embed_tokens"),
]


def rename(key: str) -> str:
    for ours, theirs in RENAMED:
        key = key.replace(ours, theirs)
    return f"model.{key}"


def convert_model(model: whisper.Whisper, tokenizer: WhisperTokenizer) -> WhisperForConditionalGeneration:
    dims = model.dims
    config = WhisperConfig(
        vocab_size=dims.n_vocab, num_mel_bins=dims.n_mels, d_model=dims.n_audio_state,
        encoder_layers=dims.n_audio_layer, decoder_layers=dims.n_text_layer,
        encoder_attention_heads=dims.n_audio_head, decoder_attention_heads=dims.n_text_head,
        encoder_ffn_dim=4 * dims.n_audio_state, decoder_ffn_dim=4 * dims.n_text_state,
        max_source_positions=dims.n_audio_ctx, max_target_positions=dims.n_text_ctx,
        pad_token_id=tokenizer.eot, bos_token_id=tokenizer.eot, eos_token_id=tokenizer.eot,
        decoder_start_token_id=tokenizer.sot, suppress_tokens=list(tokenizer.non_speech_tokens),
        begin_suppress_tokens=[220, tokenizer.eot],
    )  # fmt: skip
    weights = {rename(key): value for key, value in model.state_dict().items() if "alignment" not in key}
    weights["proj_out.weight"] = weights["model.decoder.embed_tokens.weight"]
    converted = WhisperForConditionalGeneration(config)
    converted.load_state_dict(weights)
    silent = {
        tokenizer.sot, tokenizer.sot_prev, tokenizer.sot_lm, tokenizer.no_speech,
        tokenizer.transcribe, tokenizer.translate,
    }  # fmt: skip
    converted.generation_config = GenerationConfig(
        decoder_start_token_id=tokenizer.sot, eos_token_id=tokenizer.eot, pad_token_id=tokenizer.eot,
        bos_token_id=tokenizer.eot, suppress_tokens=sorted(silent.union(tokenizer.non_speech_tokens)),
        begin_suppress_tokens=[220, tokenizer.eot], no_timestamps_token_id=tokenizer.no_timestamps,
        is_multilingual=False, alignment_heads=model.alignment_heads.indices().T.tolist(),
    )  # fmt: skip
    return converted


def convert_tokenizer(tokenizer: WhisperTokenizer) -> Tokenizer:
    """Byte-level BPE: tiktoken keeps ranks, Hugging Face the merges that they come from."""
    ranks, letters = tokenizer.encoding._mergeable_ranks, byte_letters()

    def write(token: bytes) -> str:
        return "".join(letters[byte] for byte in token)

    merges = []
    for token in sorted((t for t in ranks if len(t) > 1), key=ranks.__getitem__):
        parts = [bytes([byte]) for byte in token]
        while len(parts) > 2:  # merged by the lower ranks, the last two parts are this token's merge
            joined = [ranks[a + b] if a + b in ranks else len(ranks) for a, b in pairwise(parts)]
            at = joined.index(min(joined))
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        merges.append((write(parts[0]), write(parts[1])))
    made = Tokenizer(models.BPE({write(token): rank for token, rank in ranks.items()}, merges))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    special = sorted(tokenizer.encoding._special_tokens.items(), key=lambda item: item[1])
    made.add_special_tokens([AddedToken(token, special=True, normalized=False) for token, _ in special])
    for line in (HERE / "sentences.txt").read_text(encoding="utf-8").splitlines():
        assert made.encode(f" {line}").ids == tokenizer.encode(f" {line}"), line
    assert made.token_to_id("<|0.00|>") == tokenizer.timestamp_begin
    return made


def byte_letters() -> dict[int, str]:
    """The letter that GPT-2's byte-level BPE writes for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + n) for n, byte in enumerate(others)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", nargs="?", default=str(HERE / "whisper-mini.pt"))
    parser.add_argument("folder", nargs="?", default=str(HERE / "ct2"))
    parser.add_argument("--quantization", default="int8")
    args = parser.parse_args()
    model, tokenizer = whisper.load_model(args.checkpoint, device="cpu"), get_tokenizer(False)
    with tempfile.TemporaryDirectory() as folder:
        convert_model(model, tokenizer).save_pretrained(folder)
        convert_tokenizer(tokenizer).save(f"{folder}/tokenizer.json", pretty=False)
        settings = {
            "tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|endoftext|>",
            "bos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "model_max_length": 448,
        }  # fmt: skip
        Path(folder, "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
        converter = TransformersConverter(folder, copy_files=["tokenizer.json"])
        converter.convert(args.folder, quantization=args.quantization, force=True)


if __name__ == "__main__":
    main()
