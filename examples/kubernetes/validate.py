"""Holds manifests to the schemas of the API of Kubernetes, which the package
kubernetes-validate has: all fields must be known, and all that are required be there.

    python validate.py VERSION FILE...

Kinds that other software adds to the API have no schema there; they are named. It ends with
1 if a manifest is wrong, and if a mistake that is put into it would not be found.
"""

import copy
import sys

import kubernetes_validate
import yaml

# Names are free below these.
FREE = {"labels", "matchLabels", "selector", "data", "limits", "requests"}

ADDED = {"keda.sh/v1alpha1", "monitoring.coreos.com/v1"}


def mistake(document, version):
    """Returns what is wrong with a document, None if nothing is."""
    try:
        kubernetes_validate.validate(document, version, strict=True)
    except kubernetes_validate.ValidationError as e:
        return "%s: %s" % (".".join(map(str, e.path)), e.message)
    except kubernetes_validate.SchemaNotFoundError as e:
        return e.message
    return None


def objects(node, path=()):
    """Yields the paths of all objects whose fields are not free."""
    if isinstance(node, dict):
        if not (path and path[-1] in FREE):
            yield path
        for name, value in node.items():
            yield from objects(value, path + (name,))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from objects(value, path + (number,))


def unfound(document, version):
    """Returns where a misspelt field would not be found, None if it always is."""
    for path in objects(document):
        spoilt = copy.deepcopy(document)
        place = spoilt
        for step in path:
            place = place[step]
        place["mispelt"] = 1
        if not mistake(spoilt, version):
            return ".".join(map(str, path)) or "the document"
    return None


def main(version, names):
    wrong = checked = 0
    for name in names:
        with open(name) as f:
            documents = [d for d in yaml.safe_load_all(f) if d is not None]
        if not documents:
            sys.exit("%s is empty" % name)
        for document in documents:
            if document.get("apiVersion") in ADDED:
                print("%s: no schema of %s is there" % (name, document["kind"]))
                continue
            found = mistake(document, version)
            if found:
                print("%s: %s" % (name, found))
                wrong += 1
                continue
            where = unfound(document, version)
            if where:
                sys.exit("%s: a misspelt field in %s is not found" % (name, where))
            checked += 1
    if wrong or not checked:
        sys.exit("%d manifests are wrong, %d are as they should be" % (wrong, checked))
    print("%d manifests are as Kubernetes %s has them" % (checked, version))


main(sys.argv[1], sys.argv[2:])
