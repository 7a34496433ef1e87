"""Graphs without weights that score images against texts by their local features.

All take and give the same:

    cells           float32[images, cells, dims]   local image vectors, as the image encoder gives them
    words           float32[texts, words, dims]    word vectors, zero where `word_mask` is
    word_mask       float32[texts, words]          1 for a word, 0 for padding
    word_weights    float32[texts, words]          adding up to 1 in each text, zero where `word_mask` is: `mgca_weighted` alone
    temp_attention  float32[]
    temp_words      float32[]
    temp_score      float32[]

    score_logsumexp float32[images, texts]   temp_score * log(sum over words of exp(temp_words * cosine))
    score_max       float32[images, texts]   temp_words * greatest cosine
    score_mean      float32[images, texts]   mean cosine
    score_weighted_mean float32[images, texts]  sum of word_weights * cosine: `mgca_weighted` alone
    maps            float32[images, texts, words, cells]

A text whose words are all masked has scores of 0 and maps of 0, never NaN. Peak memory is about
4 * images * texts * words * (4 * cells + 2 * dims) bytes; how many texts go into one run is the caller's business.
Formulas: GLoRIA (Huang 2021) `gloria/loss/gloria_loss.py` at 416466a, MGCA (Wang 2022) at 680fe4a.
"""

from __future__ import annotations

HEAD = """<ir_version: 9, opset_import: ["" : 18], producer_name: "radserve">
{name} (
  float[images,cells,dims] cells, float[texts,words,dims] words, float[texts,words] word_mask,
  {temp_attention}float temp_words, float temp_score
) => (
  float[images,texts] score_logsumexp, float[images,texts] score_max, float[images,texts] score_mean,
  float[images,texts,words,cells] maps
)
<float hidden = {{-1e30}}, float none = {{0}}, float one = {{1}}, float tiny = {{1e-8}},
 int64[1] minus_one = {{-1}}, int64[1] first = {{0}}, int64[1] second = {{1}}, int64[1] third = {{2}}, int64[1] last = {{-1}},
 int64[2] around = {{0, 3}}>
{{
  n_images = Shape<start = 0, end = 1>(cells)
  n_cells = Shape<start = 1, end = 2>(cells)
  n_dims = Shape<start = 2, end = 3>(cells)
  n_texts_words = Shape<start = 0, end = 2>(words)
  flat_words_shape = Concat<axis = 0>(second, minus_one, n_dims)
  flat_cells_shape = Concat<axis = 0>(n_images, minus_one, n_cells)
  by_cell_shape = Concat<axis = 0>(n_images, n_texts_words, n_cells)
  by_dim_shape = Concat<axis = 0>(n_images, n_texts_words, n_dims)
  mask_words = Unsqueeze(word_mask, first)
  mask_cells = Unsqueeze(word_mask, around)
  is_word = Greater(mask_words, none)
  is_word_cell = Greater(mask_cells, none)
"""

TEMP_ATTENTION = "float temp_attention, "

# S = c . w at every cell and word, all words of all texts in one product with an image's cells.
DOTS = """
  flat_words = Reshape({words}, flat_words_shape)
  turned_cells = Transpose<perm = [0, 2, 1]>({cells})
  flat_dots = MatMul(flat_words, turned_cells)
  dots = Reshape(flat_dots, by_cell_shape)
"""

# What each word sees: cells summed by its attention; then the cosine of the word and that.
CONTEXT = """
  maps = Mul(attention, mask_cells)
  flat_attention = Reshape(attention, flat_cells_shape)
  flat_context = MatMul(flat_attention, {cells})
  context = Reshape(flat_context, by_dim_shape)
  words_once = Unsqueeze({words}, first)
  products = Mul(words_once, context)
  along = ReduceSum<keepdims = 0>(products, last)
  length_words = ReduceL2<keepdims = 0>(words_once, last)
  length_context = ReduceL2<keepdims = 0>(context, last)
  lengths = Mul(length_words, length_context)
  safe_lengths = Max(lengths, tiny)
  cosines = Div(along, safe_lengths)
"""

SCORES = """
  warm = Mul(cosines, temp_words)
  shown = Where(is_word, warm, hidden)
  top = ReduceMax<keepdims = 0>(shown, third)
  top_kept = Unsqueeze(top, third)
  below_top = Sub(shown, top_kept)
  powers = Exp(below_top)
  power_sum = ReduceSum<keepdims = 0>(powers, third)
  log_sum = Log(power_sum)
  log_sum_exp = Add(log_sum, top)
  warm_sum = Mul(log_sum_exp, temp_score)
  word_count = ReduceSum<keepdims = 0>(mask_words, third)
  has_words = Greater(word_count, none)
  score_logsumexp = Where(has_words, warm_sum, none)
  score_max = Where(has_words, top, none)
  counted = Max(word_count, one)
  masked_cosines = Mul(cosines, mask_words)
  cosine_sum = ReduceSum<keepdims = 0>(masked_cosines, third)
  score_mean = Div(cosine_sum, counted)
}
"""

UNIT = """
  {kind}_l2 = ReduceL2<keepdims = 1>({kind}, last)
  {kind}_length = Max({kind}_l2, tiny)
  unit_{kind} = Div({kind}, {kind}_length)
"""


def gloria() -> str:
    """Softmax over the words at each cell, times temp_attention, softmax over the cells of each word. No L2 before."""
    attention = """
  shown_dots = Where(is_word_cell, dots, hidden)
  over_words = Softmax<axis = 2>(shown_dots)
  heated = Mul(over_words, temp_attention)
  attention = Softmax<axis = 3>(heated)
"""
    return (
        HEAD.format(name="gloria_similarity", temp_attention=TEMP_ATTENTION)
        + DOTS.format(words="words", cells="cells")
        + attention
        + CONTEXT.format(words="words", cells="cells")
        + SCORES
    )


def mgca() -> str:
    """Softmax over the cells of cosine / temp_attention (0.1); the context is of unit cells."""
    attention = """
  heated = Div(dots, temp_attention)
  attention = Softmax<axis = 3>(heated)
"""
    return (
        HEAD.format(name="mgca_similarity", temp_attention=TEMP_ATTENTION)
        + UNIT.format(kind="words")
        + UNIT.format(kind="cells")
        + DOTS.format(words="unit_words", cells="unit_cells")
        + attention
        + CONTEXT.format(words="unit_words", cells="unit_cells")
        + SCORES
    )


WEIGHTED = """
  asked_weights = Mul(word_weights, word_mask)
  weights = Unsqueeze(asked_weights, first)
  weighted_cosines = Mul(cosines, weights)
  score_weighted_mean = ReduceSum<keepdims = 0>(weighted_cosines, third)
}
"""


def mgca_weighted() -> str:
    """As `mgca`, with a mean in which each word has its own weight: the one that MGCA's word loss gives it."""
    plain = mgca().replace(TEMP_ATTENTION, f"float[texts,words] word_weights, {TEMP_ATTENTION}", 1)
    plain = plain.replace("score_mean,", "score_mean, float[images,texts] score_weighted_mean,", 1)
    return plain.rstrip().removesuffix("}") + WEIGHTED


def cosine_grid() -> str:
    """The map is the cosine itself, and a word's cosine that of its best cell; there is no temp_attention."""
    best = """
  maps = Mul(dots, mask_cells)
  cosines = ReduceMax<keepdims = 0>(dots, last)
"""
    return (
        HEAD.format(name="cosine_grid_similarity", temp_attention="")
        + UNIT.format(kind="words")
        + UNIT.format(kind="cells")
        + DOTS.format(words="unit_words", cells="unit_cells")
        + best
        + SCORES
    )
