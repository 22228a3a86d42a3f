"""The plugins; each imports commerce.plugins and nothing else of the business."""
