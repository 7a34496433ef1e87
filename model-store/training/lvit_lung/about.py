"""What the pack says about itself in words: uses, limits, sources."""

from __future__ import annotations

from ..cxr_align.words import ATTRIBUTIONS as ALL_ATTRIBUTIONS

NAME, VERSION = "lvit-lung", "1.1.0"
TITLE = "lvit-lung: the part of the lungs that a text names, outlined on a frontal chest radiograph"
INTENDED_USE = (
    "Development, demonstration and testing of software that serves text-guided segmentation (the LViT family) on frontal chest radiographs: whole lungs, thirds and halves of "
    "their height, of the patient's left, right or both. Research on small models."
)
NOT_FOR = (
    "Diagnosis, triage, treatment planning, measurement or any other use in the care of a patient. Not a medical device. Not for finding disease: a text that speaks of an opacity gets the place "
    "that it names, never the opacity. Not for lobes, lateral films, CT or other body parts."
)
LIMITATIONS = [
    "It outlines places, not findings: 'opacity in the left upper zone' gives the left upper zone on every film, healthy or not. As in LViT itself, the text gives the place away; nothing is detected.",
    "Thirds and halves are cut from each drawn lung's own height (top row to bottom row), so an upper zone here is a share of the mask's height, not an anatomical zone bounded by ribs. Lobes are not known.",
    "19 of 20 training films are of children of one to five years from one hospital (Guangzhou, AP). The drawn lungs of 55 adults' films were all there was; test holds four. Figures for adults are weak evidence.",
    "Left and right are learned from where things stand on the film: the patient's left is expected on the image's right. A mirrored film gets mirrored names without a warning.",
    "The drawn masks include the lung behind the heart and the diaphragm's dome by the annotators' rule, and are polygons drawn on small films: their own error is part of every figure.",
    "The vocabulary is a closed list of words. Every other word is read as one and the same unknown word without meaning: a side, a height and an unknown noun are taken for a place ('left lower leg' is known to be none, 'left lower' and a word "
    "that nobody taught is not). Some wordings that training never drew lose much, most of all for thirds of one lung: see the figures, and use the wordings of `structures`.",
    "Two places joined in one text, or one place without another, are often wrong, though less often than in 1.0.0. Ask for one place a text.",
    "That texts without a region are caught rests on the list of known phrases as much as on the model: by the mask alone some of them get one ('base of the thumb' got through as the base of a lung on one film in six).",
    "Negation is known in a few dozen wordings only, and unseen ones get a region outlined more often than in 1.0.0 (empty or flagged 0.870, was 0.984): 'left lung is to be left out' got the lung on every film. Ask for what you want, not for what you do not.",
    "Images are squashed to 160 x 160 pixels; the border is as fine as that allows. Very tilted, cropped, lateral or colour pictures get some mask too.",
    "The limit above which a picture is called coloured (0.04) was set by hand: every one of the 5,930 films of the corpus measures 0, and no tinted scan or photograph was there to set it by.",
    "One seed, one run on one processor core. Figures come from the same sources as the training films; expect less elsewhere.",
]
ATTRIBUTIONS = [line for line in ALL_ATTRIBUTIONS if not line.startswith("NIH")]
DATA_NAMES = {
    "kermany": "Kermany 2018 (children, Guangzhou)", "hannover": "COVID-19 Image Repository (Hannover, adults)", "cohen": "covid-chestxray-dataset (CC BY films, adults)",
    "adults": "adults (Hannover and covid-chestxray-dataset)", "all": "all datasets pooled",
}
CITATION = "Li Z, Li Y, Li Q, et al. LViT: Language meets Vision Transformer in Medical Image Segmentation. IEEE Transactions on Medical Imaging, 2023. arXiv:2206.14718. This pack is a small model of that design, not the authors' work or weights."
# How often films of test were looked at.
LOOKS = (
    "These weights were evaluated there once, after training and every choice were over. It is the second time that this pack is measured on these films: 1.0.0 was the first, and its figures, of which 13 missed their bars, were the reason "
    "for this version. Choices of this version were made on validation films. The unseen wordings are not quite blind: how each of them did on validation films was looked at, with 1.0.0 before the grammar was widened, and once near the end, when one that "
    "did badly ('streaky change, ...') led to the rule that words of texts which name nothing are drawn around places too. None of them was drawn in training."
)
BEGUN = (
    "Training went on from the weights of 1.0.0 (2,850 steps), with a wider grammar, lighter changes of films and, for the words' side, a lesson of its own (400 steps on texts alone, before the films). At step 300 the places of words were made plain "
    "(they had been too faint for the words' side to tell which side belongs to which height), followed by 500 more lessons. The schedule was cut short twice, for the machine was needed: a cosine from 1e-3 that was planned for 1,450 steps ended at "
    "step 780, and 60 steps at 2e-4 and less followed, in which words of texts that name nothing were drawn around places too. The loss was still falling. The last weights are shipped: on validation they were better than the averaged ones."
)
# What a person saw on the sheet of this version.
SEEN = (
    "Looked at once, by eye: all 24 masks lie on the named side and none is broken or speckled. Whole lungs follow the drawn border closely but for three: on the adult with a pacemaker the mask covers the device, which the drawn mask leaves "
    "out; on one child the lowest part of the left lung is missing; on another the right apex. The commonest fault is still a cut between zones some pixels too high or too low (worst: the middle zones on the third adult and the lower half of the "
    "right lung on the fourth, the lower half on the child with a white lower chest, whose upper zones reach below the drawn ones too)."
)
