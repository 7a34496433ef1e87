"""refers-mini: films of a study fused over cxr-align's frozen image encoder, and a draft findings text written from them."""
