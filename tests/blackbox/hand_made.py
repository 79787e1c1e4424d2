"""Models made by hand, put into an instance as `boon train` would: their answers can be worked out on paper."""
import hashlib
import json
import sqlite3
import struct


def stump(feature, threshold, left, right):
    """One split: value < threshold (or missing) -> left, else right. Both sides are as frequent."""
    return {
        "base_weights": [0, left, right], "categories": [], "categories_nodes": [], "categories_segments": [],
        "categories_sizes": [], "default_left": [1, 0, 0], "left_children": [1, -1, -1], "loss_changes": [1, 0, 0],
        "parents": [2147483647, 0, 0], "right_children": [2, -1, -1], "split_conditions": [threshold, left, right],
        "split_indices": [feature, 0, 0], "split_type": [0, 0, 0], "sum_hessian": [2, 1, 1],
    }


def ensemble(features, trees, classes=0, amount=False):
    """XGBoost's JSON. `trees`: (output, stump); base_score leaves the margin at 0."""
    objective = {"name": "binary:logistic", "reg_loss_param": {"scale_pos_weight": "1"}}
    if classes:
        objective = {"name": "multi:softprob", "softmax_multiclass_param": {"num_class": str(classes)}}
    if amount:
        objective = {"name": "reg:squarederror", "reg_loss_param": {"scale_pos_weight": "1"}}
    shaped = [
        {**tree, "id": number,
         "tree_param": {"num_deleted": "0", "num_feature": str(features), "num_nodes": "3", "size_leaf_vector": "0"}}
        for number, (_, tree) in enumerate(trees)
    ]
    return json.dumps({
        "version": [1, 7, 4],
        "learner": {
            "attributes": {}, "feature_names": [], "feature_types": [],
            "learner_model_param": {
                "base_score": "0" if amount else "5E-1", "num_class": str(classes), "num_feature": str(features),
                "num_target": "1",
            },
            "objective": objective,
            "gradient_booster": {
                "name": "gbtree",
                "model": {
                    "gbtree_model_param": {
                        "num_parallel_tree": "1", "num_trees": str(len(trees)), "size_leaf_vector": "0"
                    },
                    "tree_info": [output for output, _ in trees],
                    "trees": shaped,
                },
            },
        },
    })


def column(boon, name):
    """A feature of the instance's profiles, as a model names it."""
    with sqlite3.connect(boon.home / "boon.db") as database:
        definition = json.loads(
            database.execute("select definition from profile_schemas where state = 'current'").fetchone()[0]
        )
    database.close()
    return next(column for column in definition["columns"] if column["name"] == name)


def offer_column(name):
    return {"name": name, "hash": "", "words": "", "unit": "", "categories": []}


def retire(boon, name):
    with sqlite3.connect(boon.home / "boon.db") as database:
        database.execute("update model_versions set state = 'retired' where name = ?", (name,))
    database.close()


def contact_column(channel):
    return {**offer_column(f"contact.channel={channel}"), "words": "the contact's channel"}


def promote(boon, name, kind, model, columns, outputs, labels=(), version=None, campaigns=None, more=None):
    """Puts a champion into a stopped instance; `more` of its files, by name."""
    promote_files(boon, name, kind, version or f"{name}-by-hand", {
        "model.ubj": model,
        "features.json": json.dumps({"columns": columns, "labels": list(labels), "campaigns": campaigns or {}}),
        "calibration.json": json.dumps(outputs),
        "card.json": json.dumps({"data": {"horizon_days": 90}}),
        **(more or {}),
    })


def promote_ranking(boon, products, rankings):
    """A ranking model, and what it ranked for customers: {customer: (repeats allowed, new items)}, each a list of
    (number of the product, score, days bought before)."""
    name = "product_recommendation"
    promote_files(boon, name, "ranking", f"{name}-by-hand", {
        "products.json": json.dumps(products),
        "features.json": json.dumps({"columns": [], "labels": [], "campaigns": {}}),
        "calibration.json": json.dumps({"calibration": {"kind": "identity"}}),
        "card.json": json.dumps({"data": {"horizon_days": 30}}),
    })
    with sqlite3.connect(boon.home / "boon.db") as database:
        for customer, lists in rankings.items():
            packed = [b"".join(struct.pack("<Iff", *entry) for entry in ranked) for ranked in lists]
            database.execute(
                "insert into product_lists (customer_id, version, as_of, repeats_allowed, new_items) values"
                " (?, ?, 1772323200000000, ?, ?)", (customer, f"{name}-by-hand", *packed),
            )
    database.close()


def promote_files(boon, name, kind, version, files):
    folder = boon.home / "models" / name / version
    folder.mkdir(parents=True)
    entries = {}
    for file, text in files.items():
        (folder / file).write_text(text)
        entries[file] = {"sha256": hashlib.sha256(text.encode()).hexdigest(), "bytes": len(text.encode())}
    manifest = json.dumps({
        "format": 1, "name": name, "version": version, "kind": kind, "created_at": "2026-03-02T00:00:00Z",
        "code_version": "by hand", "files": entries,
    })
    (folder / "manifest.json").write_text(manifest)
    with sqlite3.connect(boon.home / "boon.db") as database:
        database.execute(
            "insert into model_versions (version, name, kind, state, path, manifest_hash, gate_passed, verdict,"
            " metrics, fallback_value, created_at, created_by, promoted_at)"
            " values (?, ?, ?, 'champion', ?, ?, 1, '', '{}', 0.125, 0, 'by hand', 0)",
            (version, name, kind, str(folder), hashlib.sha256(manifest.encode()).hexdigest()),
        )
    database.close()
