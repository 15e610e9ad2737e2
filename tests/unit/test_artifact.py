from __future__ import annotations

import hashlib
import json
import os
import pickle  # noqa: TID251 - a test forges an attack file
import resource
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nlp
from nlp.artifact import (
    Finding,
    find_model,
    list_models,
    open_model_folder,
    pack_tensors,
    verify_model_folder,
    write_model_folder,
)
from nlp.artifact.manifest import manifest_digest
from nlp.artifact.tensors import unpack_tensors
from nlp.deciding import Calibration
from nlp.errors import ModelFolderError
from nlp.taxonomy import Label, Taxonomy

LABELS = ("None", "b/c, d", "é")
WEIGHTS = np.arange(12, dtype=np.float32).reshape(3, 4)
EXPECTED = {"weights": ("float32", (3, None))}
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 1048576\n"


def write(path, **changes):
    values = {
        "name": "model",
        "kind": "linear",
        "labels": LABELS,
        "thresholds": np.array([0.25, 1 / 3, 1.0]),
        "calibration": Calibration(slope=np.array([1.0, 2.0, 3.0]), intercept=np.array([0.1, -1.0, 0.0])),
        "config": {"ngrams": [1, 2]},
        "files": {"model.safetensors": pack_tensors({"weights": WEIGHTS}), "terms.json": b'["a", "b"]\n'},
        "card": "# A model\n",
        "data": {"articles": 7},
        "metrics": {"f1_micro": 0.5},
        "taxonomy": Taxonomy([Label(id="top", name="Top"), *(Label(id=x, name=x, parent="top") for x in LABELS)]),
    }
    write_model_folder(path, **(values | changes))
    return path


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "model")


def seal(folder: Path, change=lambda _: None) -> None:
    """Forge a manifest that agrees with the files as they are, apart from what `change` does to it."""
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text("utf-8"))
    for name, entry in manifest["files"].items():
        data = (folder / name).read_bytes()
        entry.update(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
    change(manifest)
    manifest["digest"] = manifest_digest(manifest)
    file.write_text(json.dumps(manifest), "utf-8")


def assert_refused(folder: Path, reason: str) -> ModelFolderError:
    """Opening and verifying a folder agree that it is not used, and why."""
    with pytest.raises(ModelFolderError, match=reason) as caught:
        open_model_folder(folder)
    assert caught.value.exit_code == 5
    assert str(folder) in caught.value.message
    assert caught.value.hint
    findings = verify_model_folder(folder)
    errors = [finding for finding in findings if finding.status == "error"]
    assert any(finding.message in caught.value.message for finding in errors), findings
    return caught.value


def test_round_trip(folder):
    model = open_model_folder(folder)
    assert (model.path, model.name, model.kind, model.version) == (folder, "model", "linear", nlp.__version__)
    assert model.labels == LABELS
    assert model.thresholds.dtype == np.float64
    assert model.thresholds.tolist() == [0.25, 1 / 3, 1.0]
    assert model.calibration.slope.tolist() == [1.0, 2.0, 3.0]
    assert model.calibration.intercept.tolist() == [0.1, -1.0, 0.0]
    assert (dict(model.data), dict(model.metrics)) == ({"articles": 7}, {"f1_micro": 0.5})
    assert model.taxonomy["é"].parent == "top"
    assert model.json("terms.json") == ["a", "b"]
    assert model.text("README.md") == "# A model\n"
    arrays = model.tensors("model.safetensors", EXPECTED)
    assert arrays.keys() == {"weights"}
    assert (arrays["weights"] == WEIGHTS).all()
    assert model.reference == f"model@{model.digest[:12]}"


def test_config_is_as_hugging_face_writes_it(folder):
    config = json.loads((folder / "config.json").read_text("utf-8"))
    assert config == {
        "id2label": {"0": "None", "1": "b/c, d", "2": "é"},
        "label2id": {"None": 0, "b/c, d": 1, "é": 2},
        "model_type": "slugline-linear",
        "problem_type": "multi_label_classification",
        "ngrams": [1, 2],
    }


def test_the_same_values_give_the_same_bytes(tmp_path):
    one, two = write(tmp_path / "one"), write(tmp_path / "elsewhere" / "two")
    names = sorted(file.name for file in one.iterdir())
    assert names == ["README.md", "config.json", "manifest.json", "model.safetensors", "taxonomy.json", "terms.json"]
    assert all((one / name).read_bytes() == (two / name).read_bytes() for name in names)
    assert open_model_folder(one).digest == open_model_folder(two).digest


def test_the_digest_tells_models_apart(tmp_path):
    changes = ({}, {"card": "# Another\n"}, {"thresholds": np.array([0.25, 0.3, 1.0])}, {"name": "other"})
    digests = {open_model_folder(write(tmp_path / str(n), **change)).digest for n, change in enumerate(changes)}
    assert len(digests) == len(changes)


def test_a_sound_folder_verifies(folder):
    findings = verify_model_folder(folder)
    assert {finding.status for finding in findings} == {"ok"}
    assert {finding.what for finding in findings} == {file.name for file in folder.iterdir()}
    assert str(findings[0]) == f"ok: manifest.json is sound: model, linear, 3 labels, by slugline {nlp.__version__}"


def test_a_moved_or_linked_folder_is_the_same_model(folder, tmp_path):
    digest = open_model_folder(folder).digest
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert open_model_folder(link).digest == digest
    (folder / "inside.json").write_bytes((folder / "terms.json").read_bytes())
    (folder / "terms.json").unlink()
    (folder / "terms.json").symlink_to("inside.json")  # links that stay inside are no harm
    assert open_model_folder(folder).digest == digest


# Damage: what happens to folders by accident


@pytest.mark.parametrize("name", ["README.md", "config.json", "model.safetensors", "taxonomy.json", "terms.json"])
def test_any_damaged_file_is_named(folder, name):
    file = folder / name
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    assert_refused(folder, f"{name} was changed: its SHA-256")
    file.write_bytes(whole[:middle])
    assert_refused(folder, f"{name} was cut off: it has {middle} bytes, not {len(whole)}")
    file.write_bytes(whole + b"\n")
    assert_refused(folder, f"{name} was changed: it has {len(whole) + 1} bytes")
    file.write_bytes(POINTER)
    assert "git lfs pull" in assert_refused(folder, f"{name} is a Git LFS pointer").hint
    file.unlink()
    assert_refused(folder, f"{name} is missing")
    file.mkdir()
    assert_refused(folder, f"{name} is not a regular file")


def test_folders_that_are_none(tmp_path):
    assert_refused(tmp_path / "none", "is not there")
    (tmp_path / "file").write_text("x")
    assert_refused(tmp_path / "file", "is not a folder")
    (tmp_path / "empty").mkdir()
    assert_refused(tmp_path / "empty", "is empty")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("x")
    assert_refused(tmp_path / "other", r"manifest\.json is missing")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is not JSON"),
        (b'{"schema_version": 1', "is not JSON"),
        (b"[]", "is not a JSON object"),
        (b"null", "is not a JSON object"),
        (b"{}", "has no whole number as schema_version"),
        (b'{"schema_version": "1"}', "has no whole number"),
        (b'{"schema_version": true}', "has no whole number"),
        (b'{"schema_version": 0}', "has schema 0, which no slugline"),
        (b'{"schema_version": 1}', "lacks the field 'kind'"),
        (b'{"schema_version": 1, "schema_version": 1}', "key 'schema_version' twice"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"schema_version": NaN}', "holds NaN"),
        (b" " * ((16 << 20) + 1), "is larger than"),
        (POINTER, "is a Git LFS pointer"),
    ],
)
def test_manifests_that_are_none(folder, data, reason):
    (folder / "manifest.json").write_bytes(data)
    assert_refused(folder, f"manifest.json.*{reason}")


def test_a_newer_schema_asks_for_an_upgrade(folder):
    seal(folder, lambda manifest: manifest.update(schema_version=2, novelty=[]))
    error = assert_refused(folder, r"made by a newer slugline \(schema 2; this slugline reads schema 1\)")
    assert "pip install --upgrade slugline" in error.hint


def test_any_value_of_the_manifest_is_sealed(folder):
    file = folder / "manifest.json"
    file.write_text(file.read_text("utf-8").replace("0.25", "0.26"), "utf-8")
    assert_refused(folder, "does not match its own digest")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_no_single_flipped_bit_goes_unnoticed_or_breaks_anything(folder, data):
    file = folder / data.draw(st.sampled_from(sorted(file.name for file in folder.iterdir())))
    whole = file.read_bytes()
    values = open_model_folder(folder).digest
    place, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    file.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
    try:
        # White space between the manifest's values is all that may change: the values are then the same.
        assert open_model_folder(folder).digest == values
        assert file.name == "manifest.json"
        assert json.loads(file.read_bytes()) == json.loads(whole)
    except ModelFolderError:
        assert any(finding.status == "error" for finding in verify_model_folder(folder))
    finally:
        file.write_bytes(whole)


def test_verify_reports_all_problems_not_the_first(folder):
    (folder / "README.md").unlink()
    (folder / "terms.json").write_bytes(POINTER)
    (folder / "notes.txt").write_text("mine")
    seen = {(finding.status, finding.what) for finding in verify_model_folder(folder)}
    assert seen == {
        ("ok", "manifest.json"),
        ("ok", "config.json"),
        ("ok", "model.safetensors"),
        ("ok", "taxonomy.json"),
        ("error", "README.md"),
        ("error", "terms.json"),
        ("warning", "notes.txt"),
    }


def test_verify_reports_all_problems_of_a_manifest(folder):
    seal(folder, lambda manifest: manifest.update(thresholds=[2], calibration=None, name=""))
    (folder / "terms.json").unlink()
    errors = [str(finding) for finding in verify_model_folder(folder) if finding.status == "error"]
    assert [error.split()[2] for error in errors] == ["has", "has", "has", "is"]
    assert errors[-1] == "error: terms.json is missing"


# Attacks: folders with a manifest that agrees with itself


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("labels", [], "0 labels"),
        ("labels", ["a", "b", "a"], "the same label twice"),
        ("labels", ["a", "b", ""], "labels that are not a list of strings"),
        ("labels", ["a", "b", 3], "labels that are not a list of strings"),
        ("labels", "abc", "labels that are not a list of strings"),
        ("labels", {"a": 1}, "labels that are not a list of strings"),
        ("labels", [str(n) for n in range(100_001)], "100,001 labels"),
        ("labels", ["None", "b/c, d"], "3 thresholds for 2 labels"),
        ("labels", ["b/c, d", "None", "é"], r"config\.json has another 'id2label'"),
        ("labels", ["None", "b/c, d", "e"], r"config\.json has another 'id2label'"),
        ("thresholds", [0.5, 0.5], "2 thresholds for 3 labels"),
        ("thresholds", [0.5, 0.5, 1.5], "numbers from 0 to 1"),
        ("thresholds", [0.5, 0.5, -0.1], "numbers from 0 to 1"),
        ("thresholds", [0.5, 0.5, True], "numbers from 0 to 1"),
        ("thresholds", [0.5, 0.5, "1"], "numbers from 0 to 1"),
        ("thresholds", 0.5, "numbers from 0 to 1"),
        ("calibration", {"method": "magic"}, "'magic' is not known"),
        ("calibration", {"method": "platt", "slope": [1], "intercept": [1]}, "calibration of 1 labels for 3"),
        ("calibration", [], "calibration that cannot be used"),
        ("kind", "pickle", "is of the kind 'pickle'"),
        ("kind", 1, "has a kind"),
        ("name", "", "has a name"),
        ("name", "a\nb", "has a name"),
        ("name", "a" * 201, "has a name"),
        ("version", None, "has a version"),
        ("data", [], "has data that are not an object"),
        ("metrics", None, "has metrics that are not an object"),
        ("files", [], '"files" that are not an object'),
        ("files", {}, r"does not list README\.md"),
        ("files", {str(n): {} for n in range(1001)}, '"files" that are not an object'),
        ("novelty", 1, "the unknown field 'novelty'"),
    ],
)
def test_forged_manifests(folder, field, value, reason):
    seal(folder, lambda manifest: manifest.update({field: value}))
    assert_refused(folder, reason)


@pytest.mark.parametrize("threshold", ["NaN", "Infinity", "1e999"])
def test_thresholds_that_are_no_numbers(folder, threshold):
    file = folder / "manifest.json"
    file.write_text(file.read_text("utf-8").replace("0.25", threshold), "utf-8")
    assert_refused(folder, "holds")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/etc/passwd", "not a plain name"),
        ("../secret.json", "not a plain name"),
        ("..", "not a plain name"),
        (".hidden.json", "not a plain name"),
        ("a/b.json", "not a plain name"),
        ("a\\b.json", "not a plain name"),
        ("C:x.json", "not a plain name"),
        ("", "not a plain name"),
        ("a\0.json", "not a plain name"),
        ("a\n.json", "not a plain name"),
        ("x.json.", "not a plain name"),
        ("é.json", "not a plain name"),
        ("a" * 300 + ".json", "not a plain name"),
        ("NUL", "name of a device"),
        ("con.json", "name of a device"),
        ("Manifest.json", "is the manifest itself"),
        ("weights.pkl", "is not data that slugline reads"),
        ("pytorch_model.bin", "is not data that slugline reads"),
        ("weights", "is not data that slugline reads"),
        ("run.py", "is not data that slugline reads"),
    ],
)
def test_file_names_that_lead_elsewhere(folder, name, reason):
    seal(folder, lambda manifest: manifest["files"].update({name: {"sha256": "0" * 64, "bytes": 1}}))
    assert_refused(folder, reason)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (None, 'does not give "sha256" and "bytes" of x.json'),
        ({"sha256": "0" * 64}, 'does not give "sha256" and "bytes"'),
        ({"sha256": "0" * 63, "bytes": 1}, "does not give a SHA-256"),
        ({"sha256": "G" * 64, "bytes": 1}, "does not give a SHA-256"),
        ({"sha256": "0" * 64, "bytes": -1}, "gives a size of x.json"),
        ({"sha256": "0" * 64, "bytes": 1.0}, "gives a size of x.json"),
        ({"sha256": "0" * 64, "bytes": 1 << 60}, "gives a size of x.json"),
        ({"sha256": "0" * 64, "bytes": 2 << 30}, "lists more than 2 GiB"),
    ],
)
def test_file_entries_that_are_none(folder, entry, reason):
    seal(folder, lambda manifest: manifest["files"].update({"x.json": entry}))
    assert_refused(folder, reason)


def test_names_that_are_one_on_some_file_systems(folder):
    seal(folder, lambda manifest: manifest["files"].update({"Terms.json": manifest["files"]["terms.json"]}))
    assert_refused(folder, "differ in case only")


def test_links_that_lead_out_of_the_folder(folder, tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_bytes((folder / "terms.json").read_bytes())
    (folder / "terms.json").unlink()
    (folder / "terms.json").symlink_to(secret)
    assert_refused(folder, r"terms\.json is a link that leads out of the folder")
    (folder / "terms.json").unlink()
    (folder / "terms.json").symlink_to("terms.json")
    assert_refused(folder, r"terms\.json cannot be read")
    (folder / "terms.json").unlink()
    (folder / "terms.json").symlink_to("/dev/zero")
    assert_refused(folder, r"terms\.json is a link that leads out of the folder")
    outside = tmp_path / "manifest.json"
    shutil.move(folder / "manifest.json", outside)
    (folder / "manifest.json").symlink_to(outside)
    assert_refused(folder, r"manifest\.json is a link that leads out of the folder")


def test_a_named_pipe_does_not_hold_the_program_up(folder):
    (folder / "terms.json").unlink()
    os.mkfifo(folder / "terms.json")
    assert_refused(folder, r"terms\.json is not a regular file")


def test_a_pickle_is_never_opened(folder, tmp_path):
    class Attack:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "owned"),))

    for name in ("weights.pkl", "pytorch_model.bin", "model.joblib"):
        (folder / name).write_bytes(pickle.dumps(Attack()))
        (folder / name).chmod(0)
    open_model_folder(folder)
    warnings = [finding for finding in verify_model_folder(folder) if finding.status == "warning"]
    assert [finding.what for finding in warnings] == ["model.joblib", "pytorch_model.bin", "weights.pkl"]
    assert warnings[0] == Finding(
        status="warning", what="model.joblib", message="is not listed in the manifest: it is never opened"
    )
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("config.json", b"{", "config.json is not JSON"),
        ("config.json", b"[]", "config.json has another 'id2label'"),
        ("taxonomy.json", b"[]", "taxonomy.json is no taxonomy: expected an object"),
        ("taxonomy.json", b'{"labels": [{"id": "None"}]}', "taxonomy.json lacks the label 'b/c, d'"),
        ("taxonomy.json", b"\xff", "taxonomy.json is not UTF-8"),
    ],
)
def test_forged_files(folder, name, data, reason):
    (folder / name).write_bytes(data)
    seal(folder)
    assert_refused(folder, reason)


def test_the_files_of_a_kind_are_parsed_strictly(folder):
    (folder / "terms.json").write_bytes(b'{"a": 1, "a": 2}')
    (folder / "README.md").write_bytes(b"\xff")
    seal(folder)
    model = open_model_folder(folder)
    with pytest.raises(ModelFolderError, match=r"terms\.json has the key 'a' twice"):
        model.json("terms.json")
    with pytest.raises(ModelFolderError, match=r"README\.md is not UTF-8"):
        model.text("README.md")
    with pytest.raises(ModelFolderError, match=r"manifest\.json does not list extra\.json"):
        model.json("extra.json")
    assert "error: terms.json has the key 'a' twice" in map(str, verify_model_folder(folder))


def tensor_file(header: object, data: bytes = bytes(48)) -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + data


def tensor(dtype="F32", shape=(3, 4), offsets=(0, 48)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


HUGE = 1 << 62


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "too short"),
        (b"1234567", "too short"),
        (struct.pack("<Q", 100) + b"{}", "header larger than the file"),
        (struct.pack("<Q", (1 << 64) - 1) + b"{}", "header larger than the file"),
        (tensor_file(b"[]"), "header that is not an object"),
        (tensor_file(b"{"), "header that is not JSON"),
        (tensor_file(b"[" * 100_000), "header that is nested too deeply"),
        (tensor_file(b" " * (5 << 20)), "header larger than 4 MiB"),
        (tensor_file({"weights": 1}), "does not give every tensor a shape"),
        (tensor_file({}), r"holds the tensors \(\), expected were \(weights\)"),
        (tensor_file({"weights": tensor(), "more": tensor()}), "holds the tensors"),
        (tensor_file({"bias": tensor()}), "holds the tensors"),
        (tensor_file(b'{"weights": {"shape": []}, "weights": {"shape": []}}'), "the key 'weights' twice"),
        (tensor_file({"weights": tensor(shape=(4, 3))}), r"shape \(4, 3\), expected was \(3, any\)"),
        (tensor_file({"weights": tensor(shape=(3,))}), r"shape \(3\), expected was"),
        (tensor_file({"weights": tensor(shape=(3, -4))}), "of shape"),
        (tensor_file({"weights": tensor(shape=(3, 4.0))}), "of shape"),
        (tensor_file({"weights": tensor(shape=("3", 4))}), "of shape"),
        (tensor_file({"weights": tensor(dtype="F64")}), "another dtype than float32"),
        (tensor_file({"weights": tensor(dtype="BF16")}), "another dtype than float32"),
        (tensor_file({"weights": tensor(dtype=None)}), "another dtype than float32"),
        (tensor_file({"weights": tensor(shape=(3, HUGE))}), "not a sound safetensors file"),
        (tensor_file({"weights": tensor(shape=(3, 1 << 70))}), "not a sound safetensors file"),
        (tensor_file({"weights": tensor(offsets=(0, 1 << 40))}), "not a sound safetensors file"),
        (tensor_file({"weights": tensor(offsets=(48, 0))}), "not a sound safetensors file"),
        (tensor_file({"weights": tensor(offsets=(0, 44))}), "not a sound safetensors file"),
        (tensor_file({"weights": tensor()}, bytes(47)), "not a sound safetensors file"),
        (tensor_file({"weights": tensor()}, bytes(49)), "not a sound safetensors file"),
        (tensor_file({"weights": tensor()}, bytes(44) + struct.pack("<f", np.nan)), "not a finite number"),
        (tensor_file({"weights": tensor()}, bytes(44) + struct.pack("<f", -np.inf)), "not a finite number"),
    ],
)
def test_forged_tensors(folder, data, reason):
    (folder / "model.safetensors").write_bytes(data)
    seal(folder)
    with pytest.raises(ModelFolderError, match=rf"model\.safetensors .*{reason}"):
        open_model_folder(folder).tensors("model.safetensors", EXPECTED)


def test_tensors_that_overlap():
    with pytest.raises(ValueError, match="not a sound safetensors file"):
        unpack_tensors(tensor_file({"a": tensor(), "b": tensor()}))


@settings(max_examples=300)
@given(st.integers(0, 200), st.integers(0, 255))
def test_no_changed_byte_of_a_tensor_file_breaks_the_reader(place, byte):
    data = bytearray(pack_tensors({"weights": WEIGHTS, "bias": np.zeros(3, dtype=np.float16)}))
    data[place % len(data)] = byte
    try:
        arrays = unpack_tensors(bytes(data), {"weights": ("float32", (3, 4)), "bias": ("float16", (3,))})
    except ValueError:
        return
    assert arrays["weights"].shape == (3, 4)
    assert np.isfinite(arrays["weights"]).all()


def test_tensors_survive_in_any_layout():
    arrays = {"f": np.asfortranarray(WEIGHTS), "i": np.arange(6, dtype=np.int32)[::2], "e": np.zeros((0, 5), np.uint8)}
    again = unpack_tensors(pack_tensors(arrays), {"f": ("<f4", (3, 4)), "i": (np.int32, (3,)), "e": ("uint8", (0, 5))})
    assert all((again[name] == array).all() and again[name].shape == array.shape for name, array in arrays.items())


# Writing and finding


def test_a_folder_is_not_overwritten_unasked(folder, tmp_path):
    digest = open_model_folder(folder).digest
    with pytest.raises(ModelFolderError, match="is not empty"):
        write(folder, name="other")
    assert open_model_folder(folder).digest == digest
    write(folder, name="other", replace=True)
    assert open_model_folder(folder).name == "other"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_what_is_no_model_folder_is_never_taken_away(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "diary.txt").write_text("dear")
    with pytest.raises(ModelFolderError, match="is not a model folder; it is left alone"):
        write(tmp_path / "home", replace=True)
    with pytest.raises(ModelFolderError, match="is a file"):
        write(tmp_path / "home" / "diary.txt", replace=True)
    assert (tmp_path / "home" / "diary.txt").read_text() == "dear"


def test_an_empty_folder_is_filled_and_parents_are_made(tmp_path):
    (tmp_path / "empty").mkdir()
    assert open_model_folder(write(tmp_path / "empty")).name == "model"
    assert open_model_folder(write(tmp_path / "a" / "b")).name == "model"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"labels": ("a",)}, "3 thresholds for 1 labels"),
        ({"labels": ("None", "b/c, d", "other")}, "taxonomy.json lacks the label 'other'"),
        ({"thresholds": np.array([0.5, 0.5, np.nan])}, "the manifest cannot be written"),
        ({"thresholds": np.array([0.5, 0.5, 1.1])}, "numbers from 0 to 1"),
        ({"metrics": {"f1": float("inf")}}, "the manifest cannot be written"),
        ({"data": {"path": Path("x")}}, "the manifest cannot be written"),
        ({"labels": ("None", "b/c, d", "\ud800")}, "cannot be written"),
        ({"kind": "magic"}, "of the kind 'magic'"),
        ({"files": {"../x.json": b""}}, "not a plain name"),
        ({"files": {"weights.pkl": b""}}, "is not data"),
        ({"files": {"config.json": b"{}"}}, "config.json is not for its kind to write"),
        ({"config": {"x": {1, 2}}}, "the config cannot be written"),
    ],
)
def test_what_would_not_be_read_is_not_written(tmp_path, changes, reason):
    with pytest.raises(ModelFolderError, match=reason):
        write(tmp_path / "model", **changes)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_leaves_the_former_model(folder, tmp_path):
    digest = open_model_folder(folder).digest
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(ModelFolderError, match=r"cannot be written \(File too large\)"):
            write(folder, replace=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert open_model_folder(folder).digest == digest
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    with pytest.raises(ModelFolderError, match=r"cannot be written \(Not a directory\)"):
        write(folder / "README.md" / "model")


def test_find_model(folder, monkeypatch):
    assert find_model(str(folder)) == folder
    monkeypatch.chdir(folder.parent)
    assert find_model("model") == Path("model")
    for name in ("nowhere", "", "a" * 5_000, "a\0b", "no/such/folder", "../nowhere"):
        with pytest.raises(ModelFolderError, match="There is no model") as caught:
            find_model(name)
        assert caught.value.hint.startswith("Shipped models: ")
    with pytest.raises(ModelFolderError, match="is a file, not a model folder"):
        find_model(str(folder / "README.md"))


def test_shipped_models_are_found_by_name():
    for path in list_models():
        assert find_model(path.name) == path
        assert all(finding.status == "ok" for finding in verify_model_folder(path)), path
