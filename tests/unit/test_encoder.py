from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.artifact import find_model, open_model_folder, verify_model_folder, write_part_folder
from nlp.encoder import KIND, SentenceEncoder, count_threads
from nlp.errors import InputError, ModelFolderError
from nlp.records import Sentence
from nlp.resources import find_shipped
from nlp.sentences import split_sentences
from nlp.windows import pack_windows

TEXTS = (
    "The ferry to Port Ellery was cancelled.",
    "",
    "Dovria taxes salt.",
    "Ministers met in Tulmar on Friday, and no one expected them to agree on the price of salt.",
    "salt",
    "Dovria taxes salt. " * 12,
)
WORDS = sorted({word for text in TEXTS for word in text.lower().replace(".", " ").replace(",", " ").split()})
DIM = 16


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A BERT of one small layer, with random weights, and its tokenizer, as transformers saves them."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    path = tmp_path_factory.mktemp("source")
    letters = [*"abcdefghijklmnopqrstuvwxyz.,"]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{letter}" for letter in letters), *WORDS]
    ids = {token: index for index, token in enumerate(dict.fromkeys(vocabulary))}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))  # type: ignore[arg-type]
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", ids["[SEP]"]), ("[CLS]", ids["[CLS]"]))
    tokenizer.enable_padding(length=30)  # as all-MiniLM-L6-v2 has it: neither may be left in what is exported
    tokenizer.enable_truncation(20)
    tokenizer.save(str(path / "tokenizer.json"))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(ids),
        hidden_size=DIM,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        initializer_range=0.2,
    )
    BertModel(config).save_pretrained(path)
    (path / "sentence_bert_config.json").write_text('{"max_seq_length": 24}')
    return path


@pytest.fixture(scope="module")
def folders(source, tmp_path_factory):
    from training.export import export_encoder

    path = tmp_path_factory.mktemp("encoders")
    metrics = export_encoder(str(source), {"fp32": path / "fp32", "int8": path / "int8"}, texts=TEXTS)
    assert metrics["fp32"]["cosine_min"] > 0.9999
    assert metrics["int8"]["cosine_min"] > 0.99
    return path


@pytest.fixture(scope="module", params=["fp32", "int8"])
def encoder(request, folders):
    return SentenceEncoder.load(folders / request.param)


@pytest.fixture(scope="module")
def shipped():
    return SentenceEncoder.load(threads=2)


def encode_with_torch(source: Path, ids: list[list[int]]) -> np.ndarray:
    """What sentence-transformers does: a padded batch with a mask, the mean over the tokens, length one."""
    import torch
    from transformers import BertModel

    model = BertModel.from_pretrained(source).eval()
    longest = max(map(len, ids))
    padded = torch.tensor([row + [0] * (longest - len(row)) for row in ids])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in ids])
    with torch.no_grad():
        states = model(input_ids=padded, attention_mask=mask).last_hidden_state
    means = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
    return torch.nn.functional.normalize(means, dim=1).numpy()


def window_sum(source: Path, ids: list[int]) -> np.ndarray:
    import torch
    from transformers import BertModel

    with torch.no_grad():
        return BertModel.from_pretrained(source).eval()(torch.tensor([ids]))[0][0].numpy().sum(0)


def test_fp32_gives_the_vectors_of_torch(source, folders):
    encoder = SentenceEncoder.load(folders / "fp32")
    texts = TEXTS[:5]
    ids = [[2, *encoder.tokenize(text).ids, 3] for text in texts]
    assert max(map(len, ids)) <= encoder.max_tokens == 24
    np.testing.assert_allclose(encoder.encode(texts), encode_with_torch(source, ids), atol=1e-4)


def test_int8_is_near_and_small(folders):
    exact, rounded = (SentenceEncoder.load(folders / name).encode(TEXTS) for name in ("fp32", "int8"))
    assert not np.array_equal(exact, rounded)
    assert np.sum(exact * rounded, axis=1).min() > 0.98


def test_a_long_text_is_the_mean_over_its_tokens(source, folders):
    encoder = SentenceEncoder.load(folders / "fp32")
    ids = encoder.tokenize(TEXTS[5]).ids
    room = encoder.max_tokens - 2
    windows = [[2, *ids[at : at + room], 3] for at in range(0, len(ids), room)]
    assert len(windows) > 1
    total = sum(window_sum(source, window) for window in windows)
    np.testing.assert_allclose(encoder.encode([TEXTS[5]])[0], total / np.linalg.norm(total), atol=1e-4)


def test_vectors_do_not_depend_on_neighbours_or_threads(encoder, folders):
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    for threads in (1, 3):
        encoder.threads = threads
        assert np.array_equal(encoder.encode(TEXTS), alone)
        assert np.array_equal(encoder.encode(TEXTS[::-1]), alone[::-1])
        assert np.array_equal(encoder.encode([TEXTS[5], TEXTS[0], TEXTS[5]])[1], alone[0])


def test_shapes(encoder):
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), DIM)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert encoder.encode([]).shape == (0, DIM)
    with pytest.raises(TypeError):
        encoder.encode("one text")


def test_any_text_has_a_vector(encoder):
    vectors = encoder.encode(["", "\ud800 salt", "\x00", "汉字 🧂", "x" * 5000, "\n\n"])
    assert np.isfinite(vectors).all()


def test_threads_are_those_that_a_worker_was_given(monkeypatch):
    for value, expected in (("1", 1), ("1,2", 1), ("0", None), ("many", None), ("", None), ("100000", None)):
        monkeypatch.setenv("OMP_NUM_THREADS", value)
        found = count_threads()
        assert found == expected if expected else found >= 1
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert count_threads() >= 1


# Windows


@given(
    text=st.lists(st.sampled_from(["salt", "taxes", "unheard-of", "ab", "c", "汉字", ". ", " ", "\n\n", ", "])).map(
        "".join
    ),
    cuts=st.sets(st.integers(0, 60), max_size=8),
    max_tokens=st.integers(5, 30),
    max_windows=st.integers(1, 6),
)
@settings(max_examples=60, deadline=None)
def test_windows_hold_whole_sentences_and_fit(shipped_or_tiny, text, cuts, max_tokens, max_windows):
    encoder = shipped_or_tiny
    borders = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    sentences = [Sentence(text=text[start:end], start=start, end=end) for start, end in pairwise(borders)]
    everything = pack_windows(encoder, text, sentences, max_tokens=max_tokens, max_windows=10_000)
    assert everything.n_skipped == 0
    assert [at for span in everything.spans for at in range(*span)] == list(range(len(text)))
    limit = min(max_tokens, encoder.max_tokens) - 2
    for start, end in everything.spans:
        assert len(encoder.tokenize(text[start:end]).ids) <= limit
    starts = {start for start, _ in everything.spans}
    for one in sentences:  # a sentence is cut only if it does not fit
        inside = {at for at in starts if one.start < at < one.end}
        assert not inside or len(encoder.tokenize(one.text).ids) > limit
    some = pack_windows(encoder, text, sentences, max_tokens=max_tokens, max_windows=max_windows)
    assert len(some.spans) == min(max_windows, len(everything.spans))
    assert some.n_skipped == len(everything.spans) - len(some.spans)
    assert set(some.spans) <= set(everything.spans)
    assert some.spans[:1] == everything.spans[:1]
    assert list(some.spans) == sorted(some.spans)


@pytest.fixture(scope="module")
def shipped_or_tiny(folders):
    return SentenceEncoder.load(folders / "fp32")


def test_windows_are_as_full_as_sentences_allow(shipped_or_tiny):
    text = "Dovria taxes salt. " * 10
    sentences = split_sentences(text)
    assert len(sentences) == 10  # of four tokens each; 22 fit beside the special ones
    spans = pack_windows(shipped_or_tiny, text, sentences).spans
    assert [text[slice(*span)].count("salt") for span in spans] == [5, 5]


def test_windows_that_are_left_out_are_spread(shipped_or_tiny):
    text = " ".join(["salt" for _ in range(200)])
    whole = [Sentence(text=text, start=0, end=len(text))]
    windows = pack_windows(shipped_or_tiny, text, whole, max_tokens=4, max_windows=10)
    assert windows.n_skipped == 90
    starts = [start for start, _ in windows.spans]
    assert starts[0] == 0
    assert set(np.diff(starts)) == {100}
    assert pack_windows(shipped_or_tiny, "", ()).spans == ()
    with pytest.raises(ValueError, match="room"):
        pack_windows(shipped_or_tiny, text, whole, max_tokens=2)


# Folders


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda folder: shutil.rmtree(folder), "is not there"),
        (lambda folder: (folder / "model.onnx").unlink(), "model.onnx is missing"),
        (lambda folder: (folder / "model.onnx").write_bytes((folder / "model.onnx").read_bytes()[:-1]), "cut off"),
        (lambda folder: (folder / "tokenizer.json").write_text("{}"), "tokenizer.json was"),
        (
            lambda folder: (folder / "model.onnx").write_text("version https://git-lfs.github.com/spec/v1\n"),
            "Git LFS pointer",
        ),
    ],
)
def test_damaged_folder_is_refused(folders, tmp_path, damage, reason):
    folder = tmp_path / "encoder"
    shutil.copytree(folders / "fp32", folder)
    damage(folder)
    with pytest.raises(ModelFolderError, match=reason) as caught:
        SentenceEncoder.load(folder)
    assert str(folder) in caught.value.message


def external_weights() -> bytes:
    from onnx import TensorProto, external_data_helper, helper, numpy_helper

    tensor = numpy_helper.from_array(np.ones(4, np.float32), "weights")
    external_data_helper.set_external_data(tensor, location="/etc/passwd")
    tensor.ClearField("raw_data")
    graph = helper.make_graph(
        [helper.make_node("Identity", ["weights"], ["sentence_embedding"])],
        "graph",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, None)],
        [helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, None)],
        [tensor],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10).SerializeToString()


def write_and_load(path: Path, files: dict[str, bytes]) -> SentenceEncoder:
    write_part_folder(path, name="x", kind=KIND, files=files, data={}, metrics={})
    return SentenceEncoder.load(path)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"model.onnx": b"no model"}, "model.onnx is no model"),
        ({"model.onnx": external_weights}, "keeps weights in another file"),
        ({"tokenizer.json": b"{}"}, "tokenizer.json is no tokenizer"),
        ({"tokenizer.json": b"\xff"}, "tokenizer.json is no tokenizer"),
        ({"config.json": b"[]"}, "config.json has no hidden_size"),
        ({"config.json": b'{"hidden_size": 16, "max_tokens": 1e9}'}, "config.json has no max_tokens"),
        ({"config.json": b'{"hidden_size": 17, "max_tokens": 24}'}, "does not give 17 finite numbers"),
        ({"config.json": None}, "does not list config.json"),
    ],
)
def test_forged_folder_is_refused(folders, tmp_path, files, reason):
    """Folders whose hashes are right and whose files are not."""
    contents = {path.name: path.read_bytes() for path in (folders / "fp32").iterdir() if path.name != "manifest.json"}
    contents |= {name: value() if callable(value) else value for name, value in files.items()}
    contents = {name: value for name, value in contents.items() if value is not None}
    with pytest.raises(ModelFolderError, match=reason):
        write_and_load(tmp_path / "x", contents)


def test_windows_longer_than_the_model_reads_are_an_error(folders, tmp_path):
    contents = {path.name: path.read_bytes() for path in (folders / "fp32").iterdir() if path.name != "manifest.json"}
    contents["config.json"] = b'{"hidden_size": 16, "max_tokens": 1000}'
    encoder = write_and_load(tmp_path / "x", contents)
    with pytest.raises(ModelFolderError, match="does not run"):
        encoder.encode(["salt " * 500])


def test_a_topic_model_is_no_encoder_and_the_reverse(folders):
    with pytest.raises(ModelFolderError, match="unknown field 'calibration'"):
        SentenceEncoder.load(find_shipped("artifacts", "affairs"))
    with pytest.raises(ModelFolderError, match="gives no topics"):
        open_model_folder(folders / "fp32")


def test_verify_knows_encoders(folders, tmp_path):
    shutil.copytree(folders / "fp32", tmp_path / "x")
    assert {one.status for one in verify_model_folder(tmp_path / "x")} == {"ok"}
    (tmp_path / "x" / "config.json").write_text("{}")
    assert [one.what for one in verify_model_folder(tmp_path / "x") if one.status == "error"] == ["config.json"]


def test_export_says_what_is_no_encoder(tmp_path):
    from training.export import find_encoder

    with pytest.raises(InputError, match=r"config\.json is missing"):
        find_encoder(str(tmp_path))


# The shipped encoder


def test_shipped_encoder_is_sound():
    assert {one.status for one in verify_model_folder(find_model("encoder"))} == {"ok"}
    folder = find_model("encoder")
    assert sum(path.stat().st_size for path in folder.iterdir()) < 24_000_000


def test_shipped_encoder_finds_paraphrases(shipped):
    pairs = (
        ("The army shot at protesters in the capital.", "Soldiers opened fire on demonstrators."),
        ("Dovria raised duties on imported salt.", "Tariffs on foreign salt went up."),
        ("Thousands fled when the river burst its banks.", "A flood drove many people from their homes."),
        ("The striker scored twice in the final.", "Two goals by the forward decided the match."),
    )
    firsts, seconds = (shipped.encode(texts) for texts in zip(*pairs, strict=True))
    similarity = firsts @ seconds.T
    assert similarity.shape == (4, 4)
    others = similarity[~np.eye(4, dtype=bool)]
    assert np.diag(similarity).min() > others.max() + 0.15


@pytest.mark.parametrize(
    ("first", "second", "cosine"),
    [  # the first three are those that the documentation of sentence-transformers prints
        ("The cat sits outside", "The dog plays in the garden", 0.2838),
        ("A man is playing guitar", "A woman watches TV", -0.0327),
        ("The new movie is awesome", "The new movie is so great", 0.8939),
        ("The ferry to Port Ellery was cancelled.", "No boats left for Port Ellery today.", 0.7085),
        ("Dovria raised duties on imported salt.", "The striker scored twice in the final.", -0.0271),
    ],
)
def test_shipped_encoder_gives_the_cosines_of_the_original(shipped, first, second, cosine):
    one, other = shipped.encode([first, second])
    assert float(one @ other) == pytest.approx(cosine, abs=0.03)
