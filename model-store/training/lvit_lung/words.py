"""The words that training draws its texts from. Those of `unseen.py` are kept apart."""

from __future__ import annotations

ZONE_NOUNS = {
    "upper": ["upper zone", "upper third", "top third", "apical zone", "upper region", "upper part", "upper lung zone", "apex", "apical region", "uppermost third"],
    "middle": ["middle zone", "middle third", "mid zone", "central third", "middle region", "middle part", "mid lung zone", "midzone", "mid third"],
    "lower": ["lower zone", "lower third", "bottom third", "basal zone", "lower region", "lower part", "lower lung zone", "base", "basal region", "lowest third"],
    "upper half": ["upper half", "top half", "superior half"],
    "lower half": ["lower half", "bottom half", "inferior half"],
}
ZONE_PLURALS = {"upper": ["upper zones", "apices", "upper thirds", "apical zones"], "middle": ["middle zones", "mid zones", "middle thirds"], "lower": ["lower zones", "bases", "lower thirds", "basal zones"]}
ZONE_ADJECTIVES = {"upper": ["upper", "apical"], "middle": ["middle", "mid"], "lower": ["lower", "basal"]}
LUNG = ["lung", "lung", "lung", "lung field", "pulmonary field", "hemithorax"]
VERBS = ["segment", "outline", "show", "mark", "delineate", "find", "highlight", "contour", "please segment", "please outline", "show me", "draw", "i want", "give me", "select", "can you segment", "could you outline", "i would like to see", "a mask of", "mask for", "outline of", "contour of", "region :", "please", "focus on", "look at"]
TAILS = [" please", " only", " here", " on this film", " in this image"]
FINDINGS = [
    "opacity", "opacities", "consolidation", "pneumonia", "infection", "infiltrate", "infiltration", "atelectasis", "edema", "effusion", "nodule", "mass",
    "ground glass opacity", "airspace disease", "shadowing", "fibrosis", "haziness", "infected area", "lesion", "abnormality",
]
PLACES = ["in", "in", "in", "of", "within", "affecting", "involving", "at", "over", "throughout", "seen in"]
ORGANS = [
    "heart", "kidney", "liver", "spleen", "shoulder", "clavicle", "rib", "ribs", "scapula", "humerus", "arm", "hand", "leg", "knee", "hip", "breast", "diaphragm", "aorta", "trachea",
    "spine", "stomach", "abdomen", "mediastinum", "ventricle", "atrium", "brain", "eye", "ear", "neck", "jaw", "thyroid", "bone", "vertebra", "sternum", "bowel", "bladder", "pelvis", "femur", "foot",
    "heart border", "main bronchus", "pulmonary artery", "costophrenic angle", "hilum", "cardiac silhouette", "coronary artery", "lobe of the liver",
]
OTHER_FINDINGS = [
    "cardiomegaly", "enlarged heart", "rib fracture", "pacemaker", "endotracheal tube", "central line", "nasogastric tube", "scoliosis", "hernia", "calcified aorta",
    "widened mediastinum", "surgical clips", "foreign body", "fracture", "degenerative change", "normal heart size", "chest tube", "catheter",
]
STATEMENTS = [
    "normal chest radiograph", "no acute disease", "chest x ray", "frontal radiograph", "ap view", "pa view", "portable film", "a child with fever", "patient with cough",
    "65 year old male", "female patient", "comparison with the previous film", "clinical history is not available", "no change", "hello", "test", "what is this", "describe the image",
    "the weather is fine today", "it is raining", "sunny with light wind", "good morning", "a cat on a chair", "the quick brown fox", "lorem ipsum dolor sit amet", "a red car in the street",
    "the price of bread", "football match tonight", "train to the city", "the patient has pain", "please help", "write a report", "bilateral", "unilateral", "zone", "area",
    "one infected area", "two infected areas", "pneumonia", "bilateral pulmonary infection", "unilateral pulmonary infection", "pulmonary infection", "lung cancer", "lung function test", "lung transplant",
    "history of lung disease", "upper", "lower", "middle", "the and of", "all", "everything", "whole", "image", "film",
    "turn left at the corner", "the right answer", "on the right track", "lower the price", "upper class", "both of them", "middle of the night", "both hands", "base of the skull", "apex of the heart",
]
EMPTY_ORDERS = [
    "no region", "none", "nothing", "no area", "no lung", "no lungs", "neither lung", "no lung region", "nothing at all", "no mask", "empty mask", "leave it empty", "no zone", "nowhere", "no infected area",
    "no infected areas", "no pulmonary infection", "no pulmonary infection , no infected areas", "no infection", "no opacity", "no finding", "zero infected areas", "without any region", "not any part",
    "none of the lungs", "no part of the lungs", "nothing in the lungs", "neither the left nor the right lung", "neither left nor right lung", "no side", "outside the lungs", "background",
]
EXCLUSIONS = ["{a} except {b}", "{a} but not {b}", "{a} , not {b}", "{a} without {b}", "{a} excluding {b}", "not {b} , {a}", "{a} and not {b}", "not {b} but {a}", "{a} other than {b}", "only {a} , not {b}", "{a} minus {b}", "{a} apart from {b}", "all of {a} except {b}", "{a} omitting {b}", "{a} ( not {b} )"]
DENIALS = [
    "no {r}", "not {r}", "do not segment {r}", "do not outline {r}", "without {r}", "no {f} in {r}", "no {f} {r}", "{f} is not seen in {r}", "there is no {f} in {r}", "no evidence of {f} in {r}",
    "nothing in {r}", "absence of {f} in {r}", "exclude {r}", "never {r}", "omit {r}", "skip {r}", "ignore {r}", "avoid {r}", "{r} excluded", "{r} without {f}", "{r} : no {f}", "{r} is free of {f}", "{r} shows no {f}", "neither {r} nor {q}", "not {r} , please", "no mask of {r}",
    "leave out {r}", "leave {r} out of it", "keep {r} out of the mask", "{r} must not be marked", "{r} should not be segmented", "{r} is not wanted", "{r} is to be skipped", "{r} is to be ignored", "{r} is not to be shown", "{r} may be dropped",
    "drop {r}", "do not show {r}", "do not mark {r} or {q}", "please ignore {r}", "{r} is clear", "{r} is clear of {f}", "negative for {f} in {r}", "there was no {f} in {r}", "there are no signs of {f} in {r}", "neither {f} nor {f} in {r}", "none of {r}", "no sign of {f} , {r}",
]
COUNTS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
JOINS = [" and ", " and ", " , ", " and the ", " plus ", " with ", " as well as ", " together with "]
